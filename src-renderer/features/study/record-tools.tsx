import type { SeriesUid } from '../../../src-shared/ids.ts'
import type { StudyDetail } from '../../../src-shared/studies.ts'
import type { StudyViewer } from '../../viewer/index.ts'
import { HangingMenu } from './hanging/hanging-menu.tsx'
import { PriorsMenu } from './hanging/priors-menu.tsx'
import { useCompare } from './hanging/use-hanging.ts'
import { KeyImageButton } from './key-images/key-image-button.tsx'

/** What the toolbar offers of the study's own records: how it hangs, what it is compared with, what tells the case. */
export function RecordTools({ viewer, detail, preferred }: Readonly<{ viewer: StudyViewer, detail: StudyDetail, preferred: SeriesUid | null }>) {
  const compare = useCompare(viewer, detail)
  return (
    <>
      <KeyImageButton viewer={viewer} studyUid={detail.study.studyUid} />
      <HangingMenu viewer={viewer} detail={detail} preferred={preferred} />
      <PriorsMenu study={detail.study} onCompare={compare} />
    </>
  )
}
