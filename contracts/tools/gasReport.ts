import { startLocalMarket } from './localMarket.ts'
import { beginStory } from './marketStory.ts'
import { type Figures, measureBatch, measureMatch, measureSmallDeal, measureTrusted, type Shape } from './gasScenarios.ts'
const SHAPES: Shape[] = [
  { tasks: 1, workers: 1, replicas: 1 },
  { tasks: 1, workers: 2, replicas: 2 },
  { tasks: 16, workers: 4, replicas: 2 },
  { tasks: 64, workers: 8, replicas: 2 },
  { tasks: 256, workers: 16, replicas: 1 },
  { tasks: 256, workers: 16, replicas: 2 },
  { tasks: 256, workers: 16, replicas: 3 },
  { tasks: 1024, workers: 64, replicas: 2 },
]
const local = await startLocalMarket()
try {
  const story = await beginStory(local, 64)
  const figures: Figures = {}
  for (const shape of SHAPES) Object.assign(figures, await measureBatch(story, shape))
  Object.assign(figures, await measureTrusted(story), await measureSmallDeal(story), await measureMatch(story))
  console.log(figures)
} finally {
  local.stop()
}
