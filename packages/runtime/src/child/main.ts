import { handle } from './handle.ts'
import { receive, send } from './pipe.ts'

// Errors cross the border between program and host often; their traces are never looked at.
Error.stackTraceLimit = 0

send({ kind: 'ready' })
for (let request = receive(); request; request = receive()) handle(request.head, request.body)
process.exit(0)
