import { useQuery } from '@tanstack/react-query'
import { Copy, TextSelect } from 'lucide-react'
import { memo } from 'react'
import type { SopInstanceUid } from '../../../../src-shared/ids.ts'
import type { TagRow } from '../../../../src-shared/tags.ts'
import { useApi } from '../../../api/api-context.tsx'
import { messageOf } from '../../../api/failures.ts'
import { tagValueQuery } from '../../../api/queries.ts'
import { Button } from '../../../ui/button.tsx'
import type { TagCopies } from './tag-copies.ts'
import { matchedParts, nameOf, valueText, visible } from './tag-texts.ts'
import type { TreeRow } from './tag-tree-model.ts'

type LineProps = Readonly<{
  line: TreeRow, words: readonly string[], isCovered: boolean, isSelected: boolean, isWhole: boolean, sopInstanceUid: SopInstanceUid
  copies: TagCopies, onSelect: () => void, onActivate: () => void
}>

/** One attribute: name and tag, and below or beside it the value. */
export const TagLine = memo(function TagLine({ line: { row, isOpen, level }, words, isCovered, isSelected, isWhole, sopInstanceUid, copies, onSelect, onActivate }: LineProps) {
  const isHidden = isCovered && row.isPatientData && row.kind !== 'sequence' && row.kind !== 'item'
  return (
    // The tree takes the keys for its lines (aria-activedescendant).
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
    <div
      id={`tag-${row.path}`} role="treeitem" aria-level={level} aria-selected={isSelected} {...(isOpen === null ? {} : { 'aria-expanded': isOpen })}
      className="tags-line" data-kind={row.kind} data-hit={row.isHit} style={{ paddingLeft: 8 + Math.min(row.depth, 12) * 9 }}
      onClick={() => { onSelect(); if (isOpen !== null) onActivate() }}
    >
      <span className="tags-name"><bdi><Marked text={nameOf(row)} words={row.isHit ? words : none} /></bdi>{row.creator === '' ? null : <em className="quiet"> {visible(row.creator)}</em>}</span>
      {row.kind === 'item' ? null : <span className="tags-tag"><Marked text={`${row.tag} ${row.vr}`} words={row.isHit ? words : none} /></span>}
      {isHidden ? <span className="tags-value"><span className="tags-covered">covered</span></span> : isWhole ? <WholeValue sopInstanceUid={sopInstanceUid} path={row.path} /> : (
        <span className="tags-value"><bdi><Marked text={valueText(row, isCovered)} words={row.isHit ? words : none} /></bdi></span>
      )}
      {row.kind === 'item' || row.kind === 'sequence' ? null : <Actions row={row} isHidden={isHidden} isWhole={isWhole} copies={copies} onActivate={onActivate} />}
    </div>
  )
})

const none: readonly string[] = []

function Actions({ row, isHidden, isWhole, copies, onActivate }: Readonly<{ row: TagRow, isHidden: boolean, isWhole: boolean, copies: TagCopies, onActivate: () => void }>) {
  return (
    <span className="tags-actions">
      {row.isCut && !isHidden ? <button type="button" className="tags-all" tabIndex={-1} onClick={onActivate}>{isWhole ? 'Show less' : 'Show all'}</button> : null}
      {isHidden ? null : <Button tone="quiet" className="button-icon" tabIndex={-1} aria-label={`Copy the value of ${nameOf(row)}`} title="Copy the value (Ctrl C)" onClick={() => { copies.value(row) }}><Copy aria-hidden /></Button>}
      <Button tone="quiet" className="button-icon" tabIndex={-1} aria-label={`Copy the row of ${nameOf(row)}`} title="Copy the row (Ctrl Shift C)" onClick={() => { copies.row(row) }}><TextSelect aria-hidden /></Button>
    </span>
  )
}

function WholeValue({ sopInstanceUid, path }: Readonly<{ sopInstanceUid: SopInstanceUid, path: string }>) {
  const { data, isError, error } = useQuery(tagValueQuery(useApi(), sopInstanceUid, path))
  if (data === undefined) return <output className="tags-value quiet">{isError ? messageOf(error) : 'Reading…'}</output>
  return <span className="tags-value tags-value-whole"><bdi>{visible(data.value)}</bdi>{data.isCut ? <em className="quiet"> {data.bytes} bytes; the file itself holds the rest.</em> : null}</span>
}

function Marked({ text, words }: Readonly<{ text: string, words: readonly string[] }>) {
  return matchedParts(text, words).map(({ text: part, isMatch }, index) => (isMatch ? <mark key={`${index}${part}`}>{part}</mark> : part))
}
