// Mean-variance portfolios (Markowitz 1952) from prices or from given moments, in plain JavaScript.
//   portfolio --prices prices.csv [--rf 0.02] [--year 252] [--points 20]
//   portfolio --moments moments.json [--rf 0.02]       { "mu": [...], "cov": [[...]], "names": [...] }
// Writes /out/portfolio.json: minimum variance, tangency, long-only minimum variance, the frontier.
// Only + - * / and sqrt: the same digits on every machine.

const option = (name, fallback) => {
  const i = args.indexOf(`--${name}`)
  if (i >= 0 && args[i + 1] === undefined) stop(`--${name} needs a value`)
  return i < 0 ? fallback : args[i + 1]
}

function stop(message) {
  console.error(`portfolio: ${message}`)
  exit(2)
}

const dot = (a, b) => a.reduce((sum, x, i) => sum + x * b[i], 0)
const times = (matrix, vector) => matrix.map((row) => dot(row, vector))

/** Solves a symmetric positive definite system by Cholesky. */
function solve(matrix, right) {
  const n = matrix.length
  const l = matrix.map((row) => row.map(() => 0))
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i][j]
      for (let k = 0; k < j; k++) sum -= l[i][k] * l[j][k]
      if (i === j && !(sum > 0)) stop('the covariance is not positive definite: an asset repeats others, or there are too few prices')
      l[i][j] = i === j ? Math.sqrt(sum) : sum / l[j][j]
    }
  }
  const y = []
  for (let i = 0; i < n; i++) y.push((right[i] - dot(l[i].slice(0, i), y)) / l[i][i])
  const x = new Array(n).fill(0)
  for (let i = n - 1; i >= 0; i--) {
    let sum = y[i]
    for (let k = i + 1; k < n; k++) sum -= l[k][i] * x[k]
    x[i] = sum / l[i][i]
  }
  return x
}

function describe(weights, { mu, cov }, rf) {
  const mean = dot(weights, mu)
  const risk = Math.sqrt(dot(weights, times(cov, weights)))
  return { weights, return: mean, risk, sharpe: (mean - rf) / risk }
}

const normalise = (x) => {
  const sum = x.reduce((a, b) => a + b, 0)
  return x.map((value) => value / sum)
}

/** Long only: the best set of assets by active-set search, dropping the most negative weight, adding the most useful one. */
function longOnly({ mu, cov }, objective) {
  const n = mu.length
  let active = mu.map((_, i) => i)
  for (let round = 0; round < 20 * n; round++) {
    const part = { mu: active.map((i) => mu[i]), cov: active.map((i) => active.map((j) => cov[i][j])) }
    const solved = normalise(objective(part))
    const worst = solved.indexOf(Math.min(...solved))
    if (solved[worst] < -1e-15) {
      active = active.filter((_, i) => i !== worst)
      continue
    }
    const weights = new Array(n).fill(0)
    active.forEach((asset, i) => {
      weights[asset] = solved[i]
    })
    // Karush, Kuhn, Tucker: an asset left out helps when its marginal risk is below the portfolio's.
    const marginal = times(cov, weights)
    const level = dot(weights, marginal)
    const out = marginal.map((m, i) => [m - level, i]).filter(([gain, i]) => !active.includes(i) && gain < -1e-14)
    if (out.length === 0) return weights
    out.sort((a, b) => a[0] - b[0])
    active = [...active, out[0][1]].sort((a, b) => a - b)
  }
  return stop('the long-only search did not end')
}

function readPrices(path, year) {
  const [head, ...rows] = readText(`/in/${path}`).trim().split(/\r?\n/).map((line) => line.split(','))
  const names = head.slice(1)
  const prices = rows.map((row, r) =>
    row.slice(1, names.length + 1).map((cell, i) => {
      const price = Number(cell)
      if (!(price > 0)) stop(`line ${r + 2}: the price of ${names[i]} is ${cell}, but must be above 0`)
      return price
    }),
  )
  if (prices.length < names.length + 2) stop(`${prices.length} days of prices for ${names.length} assets are too few`)
  const returns = prices.slice(1).map((row, t) => row.map((p, i) => p / prices[t][i] - 1))
  const mean = names.map((_, i) => returns.reduce((sum, row) => sum + row[i], 0) / returns.length)
  const cov = names.map((_, i) =>
    names.map((_, j) => (returns.reduce((sum, row) => sum + (row[i] - mean[i]) * (row[j] - mean[j]), 0) / (returns.length - 1)) * year),
  )
  return { names, mu: mean.map((m) => m * year), cov }
}

function readMoments(path) {
  const { names, mu, cov } = JSON.parse(readText(`/in/${path}`))
  if (!Array.isArray(mu) || !Array.isArray(cov) || cov.length !== mu.length) stop(`${path}: needs mu and a square cov of the same size`)
  return { names: names ?? mu.map((_, i) => `asset ${i + 1}`), mu, cov }
}

function frontier(data, rf, points) {
  const ones = data.mu.map(() => 1)
  const a1 = solve(data.cov, ones)
  const am = solve(data.cov, data.mu)
  const [A, B, C] = [dot(ones, am), dot(data.mu, am), dot(ones, a1)]
  const D = B * C - A * A
  const [low, high] = [A / C, Math.max(...data.mu)]
  return Array.from({ length: points }, (_, k) => {
    const target = low + ((high - low) * k) / (points - 1)
    const [l, g] = [(C * target - A) / D, (B - A * target) / D]
    return describe(a1.map((x, i) => g * x + l * am[i]), data, rf)
  })
}

const rf = Number(option('rf', '0'))
const year = Number(option('year', '252'))
const points = Number(option('points', '20'))
if (!Number.isFinite(rf)) stop('--rf must be a number such as 0.02')
if (!(year > 0)) stop('--year must be above 0')
if (!(points >= 2 && points <= 1000)) stop('--points must be 2 to 1000')
const prices = option('prices')
const moments = option('moments')
if ((prices === undefined) === (moments === undefined)) stop('give --prices FILE or --moments FILE')
const data = prices === undefined ? readMoments(moments) : readPrices(prices, year)
const ones = data.mu.map(() => 1)
const result = {
  names: data.names,
  mu: data.mu,
  minimumVariance: describe(normalise(solve(data.cov, ones)), data, rf),
  tangency: describe(normalise(solve(data.cov, data.mu.map((m) => m - rf))), data, rf),
  longOnly: describe(longOnly(data, (part) => solve(part.cov, part.mu.map(() => 1))), data, rf),
  frontier: frontier(data, rf, points),
}
writeFile('/out/portfolio.json', `${JSON.stringify(result, null, 1)}\n`)
const percent = (x) => `${(100 * x).toFixed(2)} %`
for (const name of ['minimumVariance', 'tangency', 'longOnly']) {
  const { weights, return: mean, risk, sharpe } = result[name]
  print(`${name}: return ${percent(mean)}, risk ${percent(risk)}, Sharpe ${sharpe.toFixed(3)}`)
  data.names.forEach((asset, i) => {
    if (Math.abs(weights[i]) > 5e-5) print(`  ${asset.padEnd(12)} ${percent(weights[i]).padStart(9)}`)
  })
}
