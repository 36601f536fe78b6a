import { Command } from 'commander'
import { addAdCommands } from './adCommands.ts'
import { addAppCommands } from './appCommands.ts'
import { addAppealCommands } from './appealCommands.ts'
import { addCloudCommands } from './cloudCommands.ts'
import { addDappCommands } from './dappCommands.ts'
import { addDatasetCommands } from './datasetCommands.ts'
import { addCommonOptions, type Tools } from './define.ts'
import { addFileCommands } from './fileCommands.ts'
import { addGovernanceCommands } from './governanceCommands.ts'
import { addJobCommands } from './jobCommands.ts'
import { addMarketCommands } from './marketCommands.ts'
import { addRunCommand } from './runCommand.ts'
import { addServiceCommands } from './serviceCommands.ts'

/** All commands and their help. Nothing behind them is loaded before one of them runs. */
export function createProgram(tools: Tools, version: string): Command {
  const { t } = tools
  const program = new Command('millrace')
    .description(t.help.program)
    .version(version, '-V, --version', t.help.options.version)
    .enablePositionalOptions()
    .showHelpAfterError(false)
  addCommonOptions(program, t)
  addRunCommand(program, tools)
  addJobCommands(program, tools)
  addAppCommands(program, tools)
  addFileCommands(program, tools)
  addServiceCommands(program, tools)
  addDatasetCommands(program, tools)
  addMarketCommands(program, tools)
  addAdCommands(program, tools)
  addAppealCommands(program, tools)
  addGovernanceCommands(program, tools)
  addDappCommands(program, tools)
  addCloudCommands(program, tools)
  program.addHelpText('after', `\n${t.help.start}\n${t.help.exitCodes}`)
  return program
}
