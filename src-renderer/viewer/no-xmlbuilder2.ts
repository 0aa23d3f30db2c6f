/** Stands in for xmlbuilder2, which vtk.js pulls in for VTK-XML meshes: its build extends Node's EventEmitter at load time and breaks in a browser. */
function refuse(): never {
  throw new Error('VTK XML files are not read here.')
}

export const create = refuse
export const convert = refuse
