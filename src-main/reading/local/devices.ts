import type { Device } from '../../../src-shared/reading.ts'

export type RealDevice = Exclude<Device, 'auto'>

/** Which devices ONNX Runtime has on each system; CUDA's own libraries come from the system, so that trying is the only way to know. */
const bySystem: Readonly<Record<string, readonly RealDevice[]>> = {
  'linux x64': ['cuda', 'webgpu'], 'linux arm64': ['webgpu'], 'win32 x64': ['dml', 'webgpu'], 'win32 arm64': ['dml', 'webgpu'], 'darwin arm64': ['coreml', 'webgpu'], 'darwin x64': []
}

/** In the order in which they are tried; the processor comes last and is always there. */
export function devicesToTry(wanted: Device, system = `${process.platform} ${process.arch}`): readonly RealDevice[] {
  if (wanted === 'cpu') return ['cpu']
  const graphics = wanted === 'auto' ? bySystem[system] ?? [] : [wanted]
  return [...graphics, 'cpu']
}

export const deviceNames: Readonly<Record<RealDevice, string>> = { cpu: 'the processor', cuda: 'CUDA', webgpu: 'WebGPU', dml: 'DirectML', coreml: 'Core ML' }
