import { Check, ChevronDown } from 'lucide-react'
import { DropdownMenu, Toolbar as RadixToolbar } from 'radix-ui'
import type { ReactNode } from 'react'
import { Button, Keys } from '../../../ui/button.tsx'
import { useChordOf } from '../../../ui/commands-context.tsx'
import type { StudyViewer, ViewerKey } from '../../../viewer/index.ts'

type MenuItemProps = Readonly<{ viewer: StudyViewer; entry: ViewerKey; isOn?: boolean; why?: string | null }>

/** One command in a menu. One that can't act here stays to be chosen: the viewer then says why. */
export function MenuItem({ viewer, entry, isOn = false, why = null }: MenuItemProps) {
  const chord = useChordOf(entry.id)
  return (
    <DropdownMenu.Item className="viewer-menu-item" data-off={why !== null} onSelect={() => { viewer.run(entry.command) }}>
      <span className="viewer-menu-name"><span className="viewer-menu-check">{isOn ? <Check aria-hidden /> : null}</span>{entry.title}{isOn ? <span className="visually-hidden"> (on)</span> : null}</span>
      <span className="quiet">{why === null ? '' : 'off here'}</span>
      {chord === undefined ? <span /> : <Keys chord={chord} />}
    </DropdownMenu.Item>
  )
}

type ToolMenuProps = Readonly<{ name: string; icon?: ReactNode; label?: string; isPressed?: boolean; children: ReactNode }>

/** A menu that hangs on the toolbar. */
export function ToolMenu({ name, icon, label, isPressed, children }: ToolMenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <RadixToolbar.Button asChild>
        <DropdownMenu.Trigger asChild>
          <Button tone="quiet" aria-label={name} {...(isPressed === undefined ? {} : { 'data-pressed': isPressed })}>{icon}{label}<ChevronDown aria-hidden /></Button>
        </DropdownMenu.Trigger>
      </RadixToolbar.Button>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="viewer-menu" align="start" sideOffset={4}>{children}</DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
