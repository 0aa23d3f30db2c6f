export { PhantomRecipe } from './recipe.ts'
export { renderVolume } from './render.ts'
export { writePhantom, type WriteOptions } from './write.ts'
