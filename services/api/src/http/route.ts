import type { OpenAPIHono } from '@hono/zod-openapi'
import { InvalidInputError, toJson } from '@millrace/base'
import { zErrorBody } from '@millrace/wire'
import type { Context } from 'hono'
import { z } from 'zod'
import { invalidInput } from './invalid.ts'

type Shape = z.ZodObject

/** One route: what it takes, what it gives, and how. The same schemas check, describe and type it. */
export type Route<Params extends Shape, Query extends Shape, Body extends z.ZodType> = {
  method: 'get' | 'post'
  /** With parameters in braces: `/deals/{dealId}`. */
  path: string
  tag: string
  summary: string
  params?: Params
  query?: Query
  body?: Body
  answer: z.ZodType
  /** Returns a value of `answer`, or throws. */
  handle(
    input: { params: z.output<Params>; query: z.output<Query>; body: z.output<Body> },
    c: Context,
  ): unknown
}

/** Adds a route to the app and to its OpenAPI description. */
export function addRoute<
  Params extends Shape = z.ZodObject<Record<never, never>>,
  Query extends Shape = z.ZodObject<Record<never, never>>,
  Body extends z.ZodType = z.ZodUndefined,
>(app: OpenAPIHono, route: Route<Params, Query, Body>): void {
  const { method, path, params, query, body, handle } = route
  app.openAPIRegistry.registerPath(describe(route))
  app.on(method, path.replaceAll(/\{(\w+)\}/g, ':$1'), async (c) => {
    // Awaited before any route; see awaitMinBlock.
    const { minBlock: _, ...asked } = c.req.query()
    const input = {
      params: check(params, c.req.param(), 'path'),
      query: check(query, asked, 'query'),
      body: body === undefined ? undefined : check(body, await readJson(c), 'body'),
    }
    const value = await handle(input as Parameters<typeof handle>[0], c)
    return value instanceof Response
      ? value
      : c.body(toJson(value), 200, { 'content-type': 'application/json' })
  })
}

/** A page of rows. */
export function zPageOf<Row extends z.ZodType>(row: Row) {
  return z.object({ items: z.array(row), next: z.string().optional() })
}

function check(schema: z.ZodType | undefined, input: unknown, where: string): unknown {
  if (schema === undefined) return {}
  const parsed = schema.safeParse(input)
  if (!parsed.success) throw invalidInput(parsed.error, where, input)
  return parsed.data
}

async function readJson(c: Context): Promise<unknown> {
  const text = await c.req.text()
  try {
    return JSON.parse(text)
  } catch {
    throw new InvalidInputError({ field: 'body', value: text, expected: 'a JSON document' })
  }
}

const json = (schema: z.ZodType) => ({ 'application/json': { schema } })

const zMinBlockQuery = { minBlock: z.int().min(0).optional() }

function describe(route: Route<Shape, Shape, z.ZodType>) {
  const { method, path, tag, summary, params, query, body, answer } = route
  return {
    method,
    path,
    tags: [tag],
    summary,
    request: {
      ...(params === undefined ? {} : { params }),
      ...(method === 'get' ? { query: (query ?? z.object({})).extend(zMinBlockQuery) } : {}),
      ...(body === undefined ? {} : { body: { content: json(body), required: true } }),
    },
    responses: {
      200: { description: 'The answer.', content: json(answer) },
      default: {
        description: 'An error with its code, values and hints.',
        content: json(zErrorBody),
      },
    },
  }
}
