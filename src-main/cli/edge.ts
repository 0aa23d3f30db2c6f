import { createEdge, type Edge } from '../edge.ts'
import type { CommandContext } from './command.ts'

/**
 * The same edge that the window and the browser use, without either. Several processes may hold one data folder: rows decide who does what,
 * and what is queued and not waited for is taken up by whichever runs next.
 */
export async function withEdge<T>({ config, log }: CommandContext, use: (edge: Edge) => Promise<T>): Promise<T> {
  const edge = createEdge(config, { host: 'cli', log })
  try {
    await edge.start()
    return await use(edge)
  } finally {
    await edge.stop()
  }
}
