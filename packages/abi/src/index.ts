export {
  escrowAbi,
  marketAbi,
  parametersAbi,
  registryAbi,
  standingAbi,
  tokenAbi,
  workAbi,
} from './generated/abi.ts'
