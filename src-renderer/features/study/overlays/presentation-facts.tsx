import type { PresentationContent } from '../../../../src-shared/overlays.ts'
import { Button } from '../../../ui/button.tsx'

/** What a presentation state does to its images, and the button that does it. */
export function PresentationFacts({ content, onApply }: Readonly<{ content: PresentationContent; onApply: () => void }>) {
  const [window] = content.windows
  const lines = [
    ...(content.description === '' ? [] : [content.description]),
    ...(window === undefined ? [] : [`Window ${window.center} / ${window.width}`]),
    ...(content.isInverted ? ['Inverted'] : []),
    ...(content.quarterTurns === 0 ? [] : [`Turned by ${content.quarterTurns * 90}° clockwise`]),
    ...(content.isMirrored ? ['Mirrored left to right'] : []),
    ...(content.areas.length === 0 ? [] : ['Shows a chosen area']),
    ...(content.areas.some(({ mode }) => mode === 'true-size') ? ['Asks for true size, which is shown as large as it goes'] : []),
    ...(content.shutters.length === 0 ? [] : ['Covers what lies outside of its shutter'])
  ]
  return (
    <div className="object-facts">
      <ul>{lines.map((line) => <li key={line}>{line}</li>)}</ul>
      <Button onClick={onApply}>Apply to its image</Button>
    </div>
  )
}
