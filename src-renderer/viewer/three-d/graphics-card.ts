import type { BlockLimits } from './block.ts'

export type GraphicsCard = Readonly<{ kind: 'usable'; isSoftware: boolean; limits: BlockLimits }> | Readonly<{ kind: 'refused'; reason: string }>

/** What this machine can draw in three dimensions. Asked once for each pane; the context it takes is given back at once. */
export function lookAtGraphicsCard(): GraphicsCard {
  const context = document.createElement('canvas').getContext('webgl2')
  if (context === null) {
    return { kind: 'refused', reason: 'This computer offers no WebGL 2, which drawing in three dimensions needs. Switch hardware acceleration on, or use the planes: they need none.' }
  }
  const named: unknown = context.getExtension('WEBGL_debug_renderer_info') === null ? '' : context.getParameter(0x9246)
  const isSoftware = typeof named === 'string' && /swiftshader|llvmpipe|software|basic render/i.test(named)
  const largest: unknown = context.getParameter(context.MAX_3D_TEXTURE_SIZE)
  context.getExtension('WEBGL_lose_context')?.loseContext()
  return { kind: 'usable', isSoftware, limits: { mostVoxels: isSoftware ? 16e6 : 100e6, mostAlongAxis: typeof largest === 'number' ? largest : 256 } }
}
