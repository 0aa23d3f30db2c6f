import type { StepName } from '../../../src-shared/analysis.ts'
import { AppError } from '../../../src-shared/errors.ts'
import type { AnalysisDeps } from '../faces.ts'
import type { AnalysisStore } from './analysis-store.ts'
import type { createNodes } from './nodes.ts'
import type { Run, StepRunner } from './steps.ts'

type Deps = Pick<AnalysisDeps, 'db' | 'clock'> & Readonly<{
  store: AnalysisStore, nodes: ReturnType<typeof createNodes>, runStep: StepRunner, announce: (analysisId: string) => void
}>
export type AnalysisGraph = Readonly<{
  /** From wherever the analysis stands to the clinician. */
  toClinician: (run: Run) => Promise<void>
  /** From the clinician to the end, once the report is signed. */
  toEnd: (run: Run, signedBy: string) => Promise<void>
}>

/**
 * `load → quantify → select-slices → read → reconcile → draft → [clinician] → finalise` as a LangGraph with checkpoints in the same
 * database. The state holds the analysis' id alone. The library takes 0.6 s to import, so it is loaded by the first analysis.
 */
export function createGraph({ db, clock, store, nodes, runStep, announce }: Deps): AnalysisGraph {
  const runs = new Map<string, Run>()
  let compiled: ReturnType<typeof compile> | null = null

  const compile = async () => {
    const [{ Annotation, Command, END, START, StateGraph, interrupt }, { SqliteSaver }] = await Promise.all([
      import('@langchain/langgraph'), import('@langchain/langgraph-checkpoint-sqlite')
    ])
    const State = Annotation.Root({ analysisId: Annotation<string>() })
    const node = (step: Exclude<StepName, 'clinician'>) => async ({ analysisId }: typeof State.State) => {
      const run = runs.get(analysisId)
      if (run === undefined) throw new AppError('internal', 'This analysis runs in no process.')
      await runStep(run, step, nodes[step])
      return {}
    }
    // Runs again from its top on resumption, so everything before the interrupt may happen twice without harm.
    const clinician = async ({ analysisId }: typeof State.State) => {
      if (store.step(analysisId, 'clinician')?.state === 'waiting') {
        store.beginStep(analysisId, 'clinician')
        announce(analysisId)
      }
      const { signedBy } = interrupt<{ analysisId: string }, { signedBy: string }>({ analysisId })
      const step = store.step(analysisId, 'clinician')
      if (step?.state === 'running' && step.startedAt !== null) {
        const durationMs = clock.now().getTime() - Date.parse(step.startedAt)
        store.endStep(analysisId, 'clinician', { state: 'done', detail: `Signed by ${signedBy}.`, durationMs })
      }
      return {}
    }
    const graph = new StateGraph(State)
      .addNode('load', node('load')).addNode('quantify', node('quantify')).addNode('select-slices', node('select-slices')).addNode('read', node('read'))
      .addNode('reconcile', node('reconcile')).addNode('draft', node('draft')).addNode('clinician', clinician).addNode('finalise', node('finalise'))
      .addEdge(START, 'load').addEdge('load', 'quantify').addEdge('quantify', 'select-slices').addEdge('select-slices', 'read').addEdge('read', 'reconcile')
      .addEdge('reconcile', 'draft').addEdge('draft', 'clinician').addEdge('clinician', 'finalise').addEdge('finalise', END)
      .compile({ checkpointer: new SqliteSaver(db.sqlite) })
    return { graph, Command }
  }
  const compiledOnce = () => { compiled ??= compile(); return compiled }

  const within = async (run: Run, work: () => Promise<unknown>): Promise<void> => {
    runs.set(run.analysisId, run)
    try {
      await work()
    } finally {
      runs.delete(run.analysisId)
    }
  }
  // A checkpoint is on disk before the next node begins.
  const options = (run: Run) => ({ configurable: { thread_id: run.analysisId }, signal: run.signal, durability: 'sync' as const })

  return {
    toClinician: (run) => within(run, async () => {
      const { graph } = await compiledOnce()
      const state = await graph.getState(options(run))
      const isNew = state.config.configurable?.['checkpoint_id'] === undefined
      if (isNew) await graph.invoke({ analysisId: run.analysisId }, options(run))
      else if (state.next.length > 0) await graph.invoke(null, options(run))
    }),
    toEnd: (run, signedBy) => within(run, async () => {
      const { graph, Command } = await compiledOnce()
      const next = async () => (await graph.getState(options(run))).next
      const ahead = await next()
      // A crash may have come between the draft's rows and its checkpoint, and the signature before the graph stood at the clinician again.
      if (ahead.length > 0 && !ahead.includes('clinician')) await graph.invoke(null, options(run))
      if ((await next()).includes('clinician')) await graph.invoke(new Command({ resume: { signedBy } }), options(run))
    })
  }
}
