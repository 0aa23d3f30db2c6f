import { Tabs } from 'radix-ui'
import { useRef } from 'react'
import { flushSync } from 'react-dom'
import { useStore } from 'zustand'
import type { StudyAnalysis } from '../../../api/analysis.ts'
import type { StudyUid } from '../../../../src-shared/ids.ts'
import { useCommands } from '../../../ui/commands-context.tsx'
import { FindingsTab } from '../findings/findings-tab.tsx'
import { groupFindings } from '../findings/finding-groups.ts'
import { useOverlayCommands } from '../overlays/overlay-commands.ts'
import { OverlaysTab } from '../overlays/overlays-tab.tsx'
import { useReaderCommands } from '../reader/reader-commands.ts'
import { ReaderTab } from '../reader/reader-tab.tsx'
import { ReportTab } from '../report/report-tab.tsx'
import { panelTabs, useStudyScreen, type PanelTab } from '../study-state.ts'
import { TagsTab } from '../tags/tags-tab.tsx'
import { useViewer } from '../viewer-link.tsx'
import { AnalyseBar } from './analyse-bar.tsx'
import { MeasurementsTab } from './measurements-tab.tsx'
import { TimelineTab } from './timeline-tab.tsx'

const names: Readonly<Record<PanelTab, string>> = { report: 'Report', findings: 'Findings', reader: 'Reader', measurements: 'Measure', timeline: 'Timeline', tags: 'Tags', overlays: 'Overlays' }
const isTab = (value: string): value is PanelTab => panelTabs.some((tab) => tab === value)

export function Panel({ studyUid, known, isReadOnly, isSigned }: Readonly<{ studyUid: StudyUid, known: StudyAnalysis, isReadOnly: boolean, isSigned: boolean }>) {
  const tab = useStudyScreen((state) => state.tab)
  const set = useStudyScreen((state) => state.set)
  const measured = useStore(useViewer().store, (state) => state.measurements.length)
  const drawnOver = useStudyScreen((state) => state.overlaysOn.length)
  const counts: Partial<Record<PanelTab, number>> = { overlays: drawnOver, findings: groupFindings(known.findings).standing.length, measurements: measured }
  useOverlayCommands(studyUid)
  useReaderCommands(studyUid, isReadOnly)
  const panel = useRef<HTMLElement>(null)
  // By key the focus goes along, so that the next Tab reaches the first control of what was asked for.
  const show = (name: PanelTab) => {
    flushSync(() => { set({ tab: name }) })
    panel.current?.querySelector<HTMLElement>('[role="tabpanel"][data-state="active"]')?.focus()
  }
  useCommands([{ id: 'study.tags.search', run: () => { show('tags'); panel.current?.querySelector<HTMLInputElement>('.tags-search input')?.focus() } }])
  useCommands(panelTabs.map((name) => ({ id: `study.tab.${name}`, run: () => { show(name) } })))
  return (
    <aside ref={panel} className="panel" aria-label="Report and findings">
      <AnalyseBar studyUid={studyUid} known={known} isReadOnly={isSigned} />
      <Tabs.Root className="tabs" value={tab} onValueChange={(value) => { if (isTab(value)) set({ tab: value }) }}>
        <Tabs.List className="tabs-list" aria-label="Panel">
          {panelTabs.map((name) => <Tabs.Trigger key={name} className="tab" value={name}>{names[name]}{counts[name] ? <span className="tab-count">{counts[name]}</span> : null}</Tabs.Trigger>)}
        </Tabs.List>
        <Tabs.Content className="tab-content" value="report"><ReportTab studyUid={studyUid} findings={known.findings} /></Tabs.Content>
        <Tabs.Content className="tab-content" value="findings"><FindingsTab studyUid={studyUid} findings={known.findings} isReadOnly={isReadOnly} hasAnalysis={known.analysis !== null} /></Tabs.Content>
        <Tabs.Content className="tab-content" value="reader"><ReaderTab studyUid={studyUid} findings={known.findings} isReadOnly={isReadOnly} /></Tabs.Content>
        <Tabs.Content className="tab-content" value="measurements"><MeasurementsTab studyUid={studyUid} /></Tabs.Content>
        <Tabs.Content className="tab-content" value="timeline"><TimelineTab studyUid={studyUid} /></Tabs.Content>
        <Tabs.Content className="tab-content" value="tags"><TagsTab studyUid={studyUid} /></Tabs.Content>
        <Tabs.Content className="tab-content" value="overlays"><OverlaysTab studyUid={studyUid} /></Tabs.Content>
      </Tabs.Root>
    </aside>
  )
}
