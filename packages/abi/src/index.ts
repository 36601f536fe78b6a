export {
  catalogAbi,
  escrowAbi,
  marketAbi,
  millraceGovernorAbi,
  parametersAbi,
  registryAbi,
  standingAbi,
  timelockAbi,
  tokenAbi,
  workAbi,
} from './generated/abi.ts'
