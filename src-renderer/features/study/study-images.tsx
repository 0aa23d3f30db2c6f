import { useState } from 'react'
import type { SeriesUid } from '../../../src-shared/ids.ts'
import type { StudyDetail } from '../../../src-shared/studies.ts'
import type { StudyViewer } from '../../viewer/index.ts'
import { HangingDialogs, HangingMenu, type HangingDialog } from './hanging/hanging-menu.tsx'
import { PriorsMenu } from './hanging/priors-menu.tsx'
import { useCompare } from './hanging/use-hanging.ts'
import { KeyImageButton } from './key-images/key-image-button.tsx'
import { StudyViewports } from './viewports/study-viewports.tsx'

type StudyImagesProps = Readonly<{ viewer: StudyViewer, detail: StudyDetail, preferred: SeriesUid | null }>

/** The images with what the study's own records add to their toolbar: how it hangs, what it is compared with, what tells the case. */
export function StudyImages({ viewer, detail, preferred }: StudyImagesProps) {
  const compare = useCompare(viewer, detail)
  const [dialog, setDialog] = useState<HangingDialog>(null)
  return (
    <>
      <StudyViewports
        viewer={viewer} hasImages={detail.series.some((one) => one.isViewable)}
        layouts={<HangingMenu viewer={viewer} detail={detail} preferred={preferred} onAsk={setDialog} />}
        tools={<><KeyImageButton viewer={viewer} studyUid={detail.study.studyUid} /><PriorsMenu study={detail.study} onCompare={compare} /></>}
      />
      <HangingDialogs viewer={viewer} detail={detail} open={dialog} onClose={() => { setDialog(null) }} />
    </>
  )
}
