import { ExternalLink } from 'lucide-react'
import type { StudyUid } from '../../../../src-shared/ids.ts'
import type { Report } from '../../../../src-shared/reports.ts'
import { keyImageUrl } from '../../../api/reports.ts'
import { Picture } from '../../../ui/picture.tsx'

/** What goes with the report but is not its text: options that the rules point to, and the key images. */
export function ReportExtras({ studyUid, report }: Readonly<{ studyUid: StudyUid, report: Report }>) {
  return (
    <>
      {report.options.length === 0 ? null : (
        <section className="report-section" aria-label="Options">
          <div className="report-section-head"><h3 className="grow">Options</h3><span className="badge badge-clinician">for the clinician’s decision</span></div>
          <ul>
            {report.options.map((one) => (
              <li key={`${one.ruleId}${one.findingId}${one.option}`} className="report-option">
                <p>{one.option}</p>
                <p className="quiet small">Because: {one.because}</p>
                {one.note === '' ? null : <p className="quiet small">{one.note}</p>}
                <p className="small"><a href={one.sourceUrl} target="_blank" rel="noreferrer">{one.source}<ExternalLink aria-hidden /></a> <span className="quiet">rule {one.ruleId}, version {one.ruleVersion}</span></p>
              </li>
            ))}
          </ul>
        </section>
      )}
      {report.keyImages.length === 0 ? null : (
        <section className="report-section" aria-label="Key images">
          <h3>Key images</h3>
          <ul className="report-keys">
            {report.keyImages.map((image) => <li key={image.id}><Picture src={keyImageUrl(studyUid, image.id)} alt={image.caption} /><span className="small quiet">{image.caption}</span></li>)}
          </ul>
        </section>
      )}
    </>
  )
}
