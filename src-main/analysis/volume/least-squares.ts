export type FitOptions = Readonly<{ iterations: number, steps: readonly number[] }>

/**
 * Least squares by Levenberg and Marquardt with a numeric Jacobian: changes `parameters` until the sum of squared residuals stops falling.
 * `residuals` fills its second argument; its length is fixed. Returns the best parameters and their sum of squares.
 */
export function leastSquares(
  start: Float64Array, count: number, residuals: (parameters: Float64Array, into: Float64Array) => void, { iterations, steps }: FitOptions
): { parameters: Float64Array, cost: number } {
  let parameters = start.slice()
  let current = new Float64Array(count)
  residuals(parameters, current)
  let cost = sumOfSquares(current)
  let damping = 0.01
  for (let iteration = 0; iteration < iterations; iteration++) {
    const { normal, gradient } = normalEquations(parameters, current, residuals, steps)
    let isBetter = false
    for (let attempt = 0; attempt < 5 && !isBetter; attempt++) {
      const step = solve(normal, gradient, damping)
      const trial = parameters.map((value, index) => value - (step[index] ?? 0))
      const next = new Float64Array(count)
      residuals(trial, next)
      const nextCost = sumOfSquares(next)
      isBetter = nextCost < cost
      damping = isBetter ? damping * 0.3 : damping * 6
      if (!isBetter) continue
      const gain = (cost - nextCost) / cost
      ;[parameters, current, cost] = [trial, next, nextCost]
      if (gain < 1e-3) return { parameters, cost }
    }
    if (!isBetter) break
  }
  return { parameters, cost }
}

type Equations = Readonly<{ normal: Float64Array, gradient: Float64Array }>

function normalEquations(parameters: Float64Array, current: Float64Array, residuals: (p: Float64Array, into: Float64Array) => void, steps: readonly number[]): Equations {
  const size = parameters.length
  const columns = Array.from({ length: size }, (_, index) => {
    const moved = parameters.slice()
    const step = steps[index] ?? 1e-3
    moved[index] = (moved[index] ?? 0) + step
    const column = new Float64Array(current.length)
    residuals(moved, column)
    for (let row = 0; row < column.length; row++) column[row] = ((column[row] ?? 0) - (current[row] ?? 0)) / step
    return column
  })
  const normal = new Float64Array(size * size)
  const gradient = new Float64Array(size)
  for (const [i, a] of columns.entries()) {
    gradient[i] = product(a, current)
    for (const [j, b] of columns.entries()) if (j <= i) normal[i * size + j] = normal[j * size + i] = product(a, b)
  }
  return { normal, gradient }
}

/** Solves (N + damping · diag N) x = g by Cholesky; N is symmetric and, with the damping, positive. */
function solve(normal: Float64Array, gradient: Float64Array, damping: number): Float64Array {
  const size = gradient.length
  const lower = new Float64Array(size * size)
  const at = (matrix: Float64Array, i: number, j: number): number => matrix[i * size + j] ?? 0
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = at(normal, i, j) + (i === j ? damping * at(normal, i, i) + 1e-12 : 0)
      for (let k = 0; k < j; k++) sum -= at(lower, i, k) * at(lower, j, k)
      lower[i * size + j] = i === j ? Math.sqrt(Math.max(1e-12, sum)) : sum / at(lower, j, j)
    }
  }
  const half = new Float64Array(size)
  for (let i = 0; i < size; i++) {
    let sum = gradient[i] ?? 0
    for (let k = 0; k < i; k++) sum -= at(lower, i, k) * (half[k] ?? 0)
    half[i] = sum / at(lower, i, i)
  }
  const x = new Float64Array(size)
  for (let i = size - 1; i >= 0; i--) {
    let sum = half[i] ?? 0
    for (let k = i + 1; k < size; k++) sum -= at(lower, k, i) * (x[k] ?? 0)
    x[i] = sum / at(lower, i, i)
  }
  return x
}

const sumOfSquares = (values: Float64Array): number => product(values, values)

function product(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let index = 0; index < a.length; index++) sum += (a[index] ?? 0) * (b[index] ?? 0)
  return sum
}
