import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readManifest } from '../../test/support/manifest.ts'
import { missingData, sharedData } from '../../test/support/shared-data.ts'
import { aStudiesRoom, somebody, type StudiesRoom } from '../../test/support/studies-room.ts'
import { bufferAccess, inspect } from './ingest/inspect.ts'

/** What becomes of each damaged file: a rejection, or the warnings under which it is taken in. */
const expected: Readonly<Record<string, string | readonly string[]>> = {
  'derived/00_empty.dcm': 'empty', 'derived/01_text_renamed.dcm': 'not-dicom', 'derived/02_preamble_only.dcm': 'truncated', 'derived/03_cut_in_header.dcm': 'truncated',
  'derived/04_cut_in_pixel_data.dcm': 'truncated', 'derived/05_length_beyond_file.dcm': 'truncated', 'derived/06_rows_zero.dcm': 'malformed', 'derived/07_huge_dimensions.dcm': 'wrong-length',
  'derived/08_pixel_spacing_zero.dcm': ['no-pixel-spacing', 'single-slice'], 'derived/09_pixel_spacing_missing.dcm': ['no-pixel-spacing', 'single-slice'], 'derived/10_rescale_slope_text.dcm': ['single-slice'],
  'derived/11_declared_implicit_is_explicit.dcm': ['single-slice'], 'derived/12_nested_sequences_3000.dcm': 'malformed', 'derived/13_hostile_strings.dcm': ['single-slice'],
  'derived/14_uid_path_traversal.dcm': 'invalid-uid', 'derived/15_frames_10_data_for_1.dcm': 'wrong-length', 'derived/16_bits_stored_20_allocated_16.dcm': 'malformed',
  'derived/17_jpeg_cut_no_delimiter.dcm': 'truncated', 'derived/18_garbage_after_end.dcm': ['single-slice'], 'derived/19_deflate_200mb.dcm': 'too-large', 'derived/20_pixel_data_odd_extra_bytes.dcm': ['single-slice'],
  'real/DICOMDIR-empty.dcm': 'dicomdir', 'real/DICOMDIR-nooffset': 'dicomdir', 'real/ExplVR_LitEndNoMeta.dcm': [], 'real/J2K_pixelrep_mismatch.dcm': [], 'real/JPEG2000-embedded-sequence-delimiter.dcm': [],
  'real/MR_small_padded.dcm': ['single-slice'], 'real/MR_truncated.dcm': 'truncated', 'real/UN_sequence.dcm': 'no-pixel-data', 'real/badVR.dcm': [], 'real/cornerstone_sr_no_pixel_data.dcm': [],
  'real/emri_small_jpeg_2k_lossless_too_short.dcm': [], 'real/meta_missing_tsyntax.dcm': 'malformed', 'real/nested_priv_SQ.dcm': 'malformed', 'real/no_meta.dcm': ['single-slice'],
  'real/no_meta_group_length.dcm': 'no-pixel-data', 'real/rtplan_truncated.dcm': 'truncated', 'real/zipMR.gz': 'not-dicom'
}

const files = readManifest().flatMap(({ id, files: listed }) => id.startsWith('malformed/') ? listed : [])

describe.skipIf(missingData('malformed') !== null)('damaged files', () => {
  let room: StudiesRoom
  beforeAll(async () => { room = await aStudiesRoom() })
  afterAll(() => room.stop())

  it('all of the collection are expected here', () => {
    expect(files.map(({ path }) => path.replace('malformed/', '')).toSorted()).toEqual(Object.keys(expected).toSorted())
  })

  it.each(files.map(({ path, problem }) => [path.replace('malformed/', ''), problem] as const))('%s: %s', async (name) => {
    // A room for each would be cleaner and slow: rows are removed instead, since these files share UIDs.
    room.db.sqlite.exec('delete from instances; delete from series; delete from import_studies; delete from studies; delete from patients; delete from instance_conflicts')
    const { result } = await room.studies.importPaths([sharedData('malformed', name)], { actor: somebody })
    const wanted = expected[name]
    if (typeof wanted === 'string') {
      expect(result).toMatchObject({ imported: 0, rejected: [{ code: wanted }] })
      expect(result.rejected[0]?.reason).toMatch(/^[A-Z0-9].{10,}\.$/)
    } else {
      expect(result).toMatchObject({ imported: 1, rejected: [] })
      if (wanted !== undefined && wanted.length > 0) expect(result.studies[0]?.series[0]?.warnings).toEqual(wanted)
    }
  })

  it('shows the pixels of a padded and of a bare file as those of the sound one', () => {
    const layoutOf = (path: string) => {
      const bytes = readFileSync(sharedData(path))
      const { layout } = inspect(bufferAccess(bytes), bytes, 'x')
      return layout?.kind === 'native' ? bytes.subarray(layout.offset, layout.offset + layout.bitsPerFrame / 8).toString('base64') : null
    }
    expect(layoutOf('malformed/real/MR_small_padded.dcm')).toBe(layoutOf('transfer-syntaxes/small-mono/MR_small.dcm'))
    expect(layoutOf('malformed/real/no_meta.dcm')).toBe(layoutOf('transfer-syntaxes/small-mono/CT_small.dcm'))
  })

  it('keeps hostile strings as plain text', async () => {
    room.db.sqlite.exec('delete from instances; delete from series; delete from import_studies; delete from studies; delete from patients; delete from instance_conflicts')
    await room.studies.importPaths([sharedData('malformed/derived/13_hostile_strings.dcm')], { actor: somebody })
    const { rows } = room.studies.worklist({ search: '', sort: 'importedAt', order: 'desc', offset: 0, limit: 5 })
    expect(JSON.stringify(rows)).toMatch(/<|\{\{|--|\.\./)
    expect(room.db.sqlite.prepare('select count(*) n from studies').get()).toEqual({ n: 1 })
  })
})
