/**
 * What the JSON Schema of the Open Source Vulnerability format (ossf/osv-schema, validation/schema.json, 1.7) asks of the fields that we write. No package of the
 * registry brings that schema; this one takes no field that it does not know.
 */
const text = { type: 'string' } as const
const time = { type: 'string', format: 'date-time', pattern: 'Z$' } as const
const DATABASES = 'ASB-A|PUB-A|ALSA|BIT|CURL|CVE|DEBIAN|DLA|DSA|DTSA|GHSA|GO|GSD|LSN|OSV|RHSA|RLSA|SUSE-[SRFO]U|UBUNTU|USN'

const EVENTS = {
  type: 'array',
  minItems: 1,
  contains: { required: ['introduced'] },
  items: {
    type: 'object',
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
    properties: { introduced: text, fixed: text, last_affected: text, limit: text },
  },
} as const

const AFFECTED = {
  type: 'object',
  additionalProperties: false,
  properties: {
    package: {
      type: 'object',
      additionalProperties: false,
      required: ['ecosystem', 'name'],
      properties: {
        ecosystem: { type: 'string', pattern: '^(AlmaLinux|Alpine|Debian|Linux|Red Hat|SUSE|Ubuntu|openSUSE)(:.+)?$' },
        name: text,
        purl: text,
      },
    },
    ranges: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['type', 'events'],
        properties: { type: { enum: ['ECOSYSTEM', 'SEMVER'] }, events: EVENTS },
      },
    },
    versions: { type: 'array', items: text },
  },
} as const

export const OSV_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['schema_version', 'id', 'modified'],
  properties: {
    schema_version: { type: 'string', pattern: String.raw`^1\.\d+\.\d+$` },
    // Databases that are not among the known ones begin their ids with x_.
    id: { type: 'string', pattern: `^(x_|(${DATABASES})-)` },
    modified: time,
    published: time,
    upstream: { type: 'array', items: text },
    summary: text,
    details: text,
    severity: {
      type: 'array',
      items: {
        anyOf: [
          severityOf('CVSS_V2', '^((AV:[NAL]|AC:[LMH]|Au:[MSN]|[CIA]:[NPC])/?)+$'),
          severityOf('CVSS_V3', '^CVSS:3[.][01]/'),
          severityOf('CVSS_V4', '^CVSS:4[.]0/'),
        ],
      },
    },
    affected: { type: 'array', items: AFFECTED },
    references: {
      type: 'array',
      items: {
        type: 'object',
        additionalProperties: false,
        required: ['type', 'url'],
        properties: {
          type: { enum: ['ADVISORY', 'ARTICLE', 'DETECTION', 'REPORT', 'FIX', 'INTRODUCED', 'PACKAGE', 'EVIDENCE', 'WEB'] },
          url: { type: 'string', format: 'uri' },
        },
      },
    },
    database_specific: { type: 'object' },
  },
} as const

function severityOf(type: string, pattern: string) {
  return {
    type: 'object',
    additionalProperties: false,
    required: ['type', 'score'],
    properties: { type: { const: type }, score: { type: 'string', pattern } },
  }
}
