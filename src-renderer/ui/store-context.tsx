import { createContext, use, type ReactNode } from 'react'
import { useStore, type StoreApi } from 'zustand'

/**
 * A provider and a hook for one store. Stores are made by the application and handed down, never at import, so that two windows in one
 * test don't share state.
 */
export function createStoreContext<T>(name: string) {
  const Context = createContext<StoreApi<T> | null>(null)
  const useStoreApi = (): StoreApi<T> => {
    const store = use(Context)
    if (store === null) throw new Error(`The ${name} store is used outside its provider`)
    return store
  }
  return {
    Provider: ({ store, children }: Readonly<{ store: StoreApi<T>, children: ReactNode }>) => <Context value={store}>{children}</Context>,
    useStoreApi,
    useSelected: <S,>(select: (state: T) => S): S => useStore(useStoreApi(), select)
  }
}
