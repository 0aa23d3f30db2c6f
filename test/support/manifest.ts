import { existsSync, readFileSync } from 'node:fs'
import { z } from 'zod'
import { sharedData } from './shared-data.ts'

const File = z.object({
  path: z.string(), pixel_sha256: z.string().optional(), values_sha256: z.string().optional(), lossy: z.boolean().optional(), transfer_syntax: z.string().nullish(), frames: z.number().optional(),
  stored_min: z.number().optional(), stored_max: z.number().optional(), stored_mean: z.number().optional(), expected: z.string().optional(), problem: z.string().optional()
})
const Series = z.object({
  path: z.string(), modality: z.string(), slices: z.number(), rows: z.number(), columns: z.number(), pixel_spacing_mm_row_col: z.tuple([z.number(), z.number()]).nullish(),
  positions_along_normal_mm: z.array(z.number()), spacing_along_normal_mm: z.object({ min: z.number(), median: z.number(), max: z.number() }).nullish(),
  duplicate_positions: z.number().nullish(), angle_between_normal_and_stack_deg: z.number().nullish(), normal: z.array(z.number()),
  value_statistics: z.object({ min: z.number(), max: z.number(), mean: z.number(), voxels: z.number() }),
  probes: z.array(z.object({ slice: z.number(), row: z.number(), column: z.number(), value: z.number(), patient_xyz_mm: z.tuple([z.number(), z.number(), z.number()]) })),
  files_in_position_order: z.array(z.string())
})
const Manifest = z.object({ datasets: z.array(z.object({ id: z.string(), files: z.array(File), series: z.array(Series).default([]) })) })
export type ManifestSeries = z.infer<typeof Series>
export type ManifestFile = z.infer<typeof File>

/** What is known of the shared test data; empty where it is not here. */
export function readManifest(): z.infer<typeof Manifest>['datasets'] {
  const file = sharedData('manifest.json')
  return existsSync(file) ? Manifest.parse(JSON.parse(readFileSync(file, 'utf8'))).datasets : []
}
