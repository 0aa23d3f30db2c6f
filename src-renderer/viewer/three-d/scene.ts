import '@kitware/vtk.js/Rendering/OpenGL/Actor'
import '@kitware/vtk.js/Rendering/OpenGL/Camera'
import '@kitware/vtk.js/Rendering/OpenGL/PolyDataMapper'
import '@kitware/vtk.js/Rendering/OpenGL/Renderer'
import '@kitware/vtk.js/Rendering/OpenGL/Volume'
import '@kitware/vtk.js/Rendering/OpenGL/VolumeMapper'
import vtkDataArray from '@kitware/vtk.js/Common/Core/DataArray'
import vtkImageData from '@kitware/vtk.js/Common/DataModel/ImageData'
import vtkPiecewiseFunction from '@kitware/vtk.js/Common/DataModel/PiecewiseFunction'
import vtkPolyData from '@kitware/vtk.js/Common/DataModel/PolyData'
import vtkActor from '@kitware/vtk.js/Rendering/Core/Actor'
import vtkColorTransferFunction from '@kitware/vtk.js/Rendering/Core/ColorTransferFunction'
import vtkMapper from '@kitware/vtk.js/Rendering/Core/Mapper'
import vtkRenderer from '@kitware/vtk.js/Rendering/Core/Renderer'
import vtkRenderWindow from '@kitware/vtk.js/Rendering/Core/RenderWindow'
import vtkRenderWindowInteractor from '@kitware/vtk.js/Rendering/Core/RenderWindowInteractor'
import vtkVolume from '@kitware/vtk.js/Rendering/Core/Volume'
import vtkVolumeMapper from '@kitware/vtk.js/Rendering/Core/VolumeMapper'
import vtkOpenGLRenderWindow from '@kitware/vtk.js/Rendering/OpenGL/RenderWindow'
import { add, scale } from '../../../src-shared/vector.ts'
import type { Size } from '../view-transform.ts'
import type { Appearance } from './appearances.ts'
import type { Block } from './block.ts'
import type { Camera } from './camera.ts'
import { normalsOf, type Mesh } from './mask-mesh.ts'

/** Red, green, blue from 0 to 1; `glow`: how much of it shines by itself. */
export type Paint = Readonly<{ colour: readonly [number, number, number]; glow: number }>

/** One volume and the surfaces in it, on a graphics card. This module alone knows vtk.js, the renderer underneath Cornerstone3D. */
export interface Scene {
  setAppearance(appearance: Appearance): void
  addMesh(id: string, mesh: Mesh): void
  paintMesh(id: string, paint: Paint): void
  removeMesh(id: string): void
  /** Draws into a buffer of so many pixels: surfaces in all of them, the volume in a share of them along each side and in steps of `stepMm`. */
  draw(camera: Camera, buffer: Size, detail: Readonly<{ share: number; stepMm: number }>): void
  /** Resolves when the card has drawn what it was told to; the window stays free meanwhile. */
  finished(): Promise<void>
  /** Whether the card refused something for want of memory since it was last asked. */
  hasRunOut(): boolean
  readonly canvas: HTMLCanvasElement
  /** Gives back all memory, on the card too. */
  release(): void
}

export function createScene(element: HTMLElement, block: Block): Scene {
  const window = vtkRenderWindow.newInstance({ numberOfLayers: 2 })
  const renderer = vtkRenderer.newInstance({ background: [0, 0, 0] })
  window.addRenderer(renderer)
  // Surfaces lie over the volume, whatever is before them: what can be picked can be seen.
  const over = vtkRenderer.newInstance({ layer: 1, preserveColorBuffer: true })
  over.setActiveCamera(renderer.getActiveCamera())
  window.addRenderer(over)
  const view = vtkOpenGLRenderWindow.newInstance()
  window.addView(view)
  const volume = volumeOf(block)
  const interactor = vtkRenderWindowInteractor.newInstance()
  const setShare = coarsen(interactor, window, view, volume)
  view.setContainer(element)
  renderer.addVolume(volume.actor)
  const canvas = view.getCanvas()
  if (canvas === undefined || canvas === null) throw new Error('The browser gave no canvas to draw on.')
  const actors = new Map<string, vtkActor>()
  return {
    canvas,
    setAppearance: (appearance) => { dress(volume, appearance) },
    addMesh(id, mesh) {
      const actor = actorOf(mesh)
      actors.set(id, actor)
      over.addActor(actor)
    },
    paintMesh(id, { colour, glow }) {
      const property = actors.get(id)?.getProperty()
      property?.setColor(...colour)
      property?.setAmbientColor(...colour)
      property?.setAmbient(glow)
    },
    removeMesh(id) {
      const actor = actors.get(id)
      if (actor === undefined) return
      over.removeActor(actor)
      actor.getMapper()?.delete()
      actor.delete()
      actors.delete(id)
    },
    draw(camera, buffer, { share, stepMm }) {
      view.setSize(buffer.width, buffer.height)
      setShare(share)
      volume.mapper.setSampleDistance(stepMm)
      aim(renderer, camera)
      window.render()
    },
    finished: () => cardIsDone(canvas),
    hasRunOut() {
      const context = canvas.getContext('webgl2')
      return context !== null && context.getError() === context.OUT_OF_MEMORY
    },
    release() {
      for (const actor of actors.values()) actor.delete()
      renderer.removeAllViewProps()
      over.removeAllViewProps()
      // Frees the textures of what was just taken out.
      window.render()
      interactor.delete()
      for (const part of [volume.actor, volume.mapper, volume.image]) part.delete()
      renderer.delete()
      over.delete()
      view.delete()
      window.delete()
      // The browser would hold the context, one of sixteen, until it collects garbage.
      canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context')?.loseContext()
    }
  }
}

/**
 * Lets the volume be drawn in fewer pixels than the surfaces over it. The mapper only does so while it believes that something is being
 * animated, and only asks how coarsely when the rate of frames changes; so it is told so.
 */
function coarsen(interactor: vtkRenderWindowInteractor, window: vtkRenderWindow, view: vtkOpenGLRenderWindow, { mapper }: VolumeParts): (share: number) => void {
  let tell = () => {}
  interactor.setView(view)
  interactor.enable()
  const animating = {
    ...interactor, isAnimating: () => true,
    onAnimationFrameRateUpdate(callback: () => void) {
      tell = callback
      return { unsubscribe: () => { tell = () => {} } }
    }
  }
  window.setInteractor(animating)
  return (share) => {
    mapper.setImageSampleDistance(1 / share)
    mapper.setInitialInteractionScale(1 / share ** 2)
    tell()
  }
}

async function cardIsDone(canvas: HTMLCanvasElement): Promise<void> {
  const context = canvas.getContext('webgl2')
  const fence = context?.fenceSync(context.SYNC_GPU_COMMANDS_COMPLETE, 0) ?? null
  if (context === null || fence === null) return
  context.flush()
  while (!context.isContextLost() && context.getSyncParameter(fence, context.SYNC_STATUS) !== context.SIGNALED) await new Promise((wake) => { setTimeout(wake, 1) })
  context.deleteSync(fence)
}

type VolumeParts = Readonly<{ image: vtkImageData; mapper: vtkVolumeMapper; actor: vtkVolume }>

function volumeOf(block: Block): VolumeParts {
  const image = vtkImageData.newInstance()
  image.setDimensions([...block.counts])
  image.setSpacing([...block.stepsMm])
  image.setOrigin([...block.originMm])
  const [x, y, z] = block.directions
  image.setDirection(...x, ...y, ...z)
  image.getPointData().setScalars(vtkDataArray.newInstance({ name: 'values', values: block.values, numberOfComponents: 1 }))
  const mapper = vtkVolumeMapper.newInstance()
  mapper.setInputData(image)
  mapper.setAutoAdjustSampleDistances(false)
  mapper.setMaximumSamplesPerRay(8000)
  const actor = vtkVolume.newInstance()
  actor.setMapper(mapper)
  return { image, mapper, actor }
}

function dress({ actor, mapper }: VolumeParts, { blend, colours, opacities, isShaded }: Appearance): void {
  const colour = vtkColorTransferFunction.newInstance()
  for (const [value, red, green, blue] of colours) colour.addRGBPoint(value, red, green, blue)
  const opacity = vtkPiecewiseFunction.newInstance()
  for (const [value, share] of opacities) opacity.addPoint(value, share)
  const property = actor.getProperty()
  property.setRGBTransferFunction(0, colour)
  property.setScalarOpacity(0, opacity)
  property.setScalarOpacityUnitDistance(0, 1)
  property.setInterpolationTypeToLinear()
  property.setShade(isShaded)
  property.setAmbient(0.25)
  property.setDiffuse(0.75)
  property.setSpecular(0.2)
  property.setSpecularPower(12)
  if (blend === 'mip') mapper.setBlendModeToMaximumIntensity()
  else mapper.setBlendModeToComposite()
}

function actorOf(mesh: Mesh): vtkActor {
  const { positionsMm, triangles } = mesh
  const cells = new Uint32Array(triangles.length / 3 * 4)
  for (let triangle = 0; triangle < triangles.length / 3; triangle += 1) {
    cells[triangle * 4] = 3
    cells.set(triangles.subarray(triangle * 3, triangle * 3 + 3), triangle * 4 + 1)
  }
  const data = vtkPolyData.newInstance()
  data.getPoints().setData(positionsMm, 3)
  data.getPolys().setData(cells)
  data.getPointData().setNormals(vtkDataArray.newInstance({ name: 'Normals', values: normalsOf(mesh), numberOfComponents: 3 }))
  const mapper = vtkMapper.newInstance({ scalarVisibility: false })
  mapper.setInputData(data)
  const actor = vtkActor.newInstance()
  actor.setMapper(mapper)
  return actor
}

function aim(renderer: vtkRenderer, { focalMm, toward, up, mmHigh }: Camera): void {
  const camera = renderer.getActiveCamera()
  camera.setParallelProjection(true)
  camera.setParallelScale(mmHigh / 2)
  camera.setFocalPoint(...focalMm)
  camera.setPosition(...add(focalMm, scale(toward, 1000)))
  camera.setViewUp(...up)
  renderer.resetCameraClippingRange()
}
