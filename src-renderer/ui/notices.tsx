import { CheckCircle2, CircleAlert, Info, X } from 'lucide-react'
import { Toast } from 'radix-ui'
import type { ReactNode } from 'react'
import { createStore, type StoreApi } from 'zustand/vanilla'
import { Button } from './button.tsx'
import { createStoreContext } from './store-context.tsx'

export type NoticeTone = 'info' | 'done' | 'error'
type Notice = Readonly<{ id: number, tone: NoticeTone, text: string }>
type NoticesState = Readonly<{ notices: readonly Notice[], push: (tone: NoticeTone, text: string) => void, drop: (id: number) => void }>

const context = createStoreContext<NoticesState>('notices')

/** Short sentences that pass; the same sentence is not stacked twice. */
export function createNoticesStore(): StoreApi<NoticesState> {
  let last = 0
  return createStore((set) => ({
    notices: [],
    push: (tone, text) => {
      last += 1
      const notice = { id: last, tone, text }
      set((state) => ({ notices: [...state.notices.filter((other) => other.text !== text), notice].slice(-4) }))
    },
    drop: (id) => { set((state) => ({ notices: state.notices.filter((notice) => notice.id !== id) })) }
  }))
}

const icons: Readonly<Record<NoticeTone, ReactNode>> = { info: <Info aria-hidden />, done: <CheckCircle2 aria-hidden />, error: <CircleAlert aria-hidden /> }

export function NoticesProvider({ store, children }: Readonly<{ store: StoreApi<NoticesState>, children: ReactNode }>) {
  return (
    <context.Provider store={store}>
      <Toast.Provider swipeDirection="right">
        {children}
        <NoticeList />
        <Toast.Viewport className="notices" label="Notices ({hotkey})" />
      </Toast.Provider>
    </context.Provider>
  )
}

function NoticeList() {
  const notices = context.useSelected((state) => state.notices)
  const drop = context.useSelected((state) => state.drop)
  return notices.map((notice) => (
    <Toast.Root key={notice.id} className={`notice notice-${notice.tone}`} duration={notice.tone === 'error' ? 12_000 : 5000}
      type={notice.tone === 'error' ? 'foreground' : 'background'} onOpenChange={(open) => { if (!open) drop(notice.id) }}>
      {icons[notice.tone]}
      <Toast.Description className="grow">{notice.text}</Toast.Description>
      <Toast.Close asChild><Button tone="quiet" className="button-icon" aria-label="Dismiss"><X aria-hidden /></Button></Toast.Close>
    </Toast.Root>
  ))
}

/** Says a short sentence to the user. */
export function useNotify(): (tone: NoticeTone, text: string) => void {
  return context.useSelected((state) => state.push)
}
