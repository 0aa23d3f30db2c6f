import { EmptyState } from '../../ui/states.tsx'

export function WorklistScreen() {
  return <EmptyState title="Worklist" />
}
