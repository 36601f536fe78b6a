export {
  catalogAbi,
  escrowAbi,
  fairExchangeAbi,
  marketAbi,
  millraceGovernorAbi,
  parametersAbi,
  registryAbi,
  servicesAbi,
  standingAbi,
  timelockAbi,
  tokenAbi,
  workAbi,
} from './generated/abi.ts'
