import type { Country } from '#countries'
import { type Database, transaction } from '#db'
import { isAuthentic, personNamed } from '#population'
import { appendAudit, findService, type Service, serviceActor } from '#security'
import type { AuthenticationAsked, PartnerDoor } from '../api/partner-api.ts'
import { paces } from '../pace.ts'

/** Five tries at one person by one partner, then one every twelve minutes: more is guessing. */
const TRIES = { burst: 5, perSecond: 1 / 720 }

/** What programs of partners ask, answered from the modules' doors. */
export function partnerDoor(app: Database, country: Country): PartnerDoor {
  const tries = paces(TRIES)
  return {
    service: key => findService(app, key),
    async authenticate(service, asked, now) {
      const { named } = asked
      const wait = tries.take(`${service.id} ${named.by} ${named.value}`, now)
      return wait > 0 ? { wait } : { authentic: await authenticated(app, country, service, asked, now, tries) }
    },
  }
}

/**
 * Yes or no. No too where nobody is named, where the partner may not see the person, and where the same person was tried too
 * often under other names: whoever asks cannot tell which. Each is written down; the person sees it among the readings.
 */
function authenticated(
  app: Database,
  country: Country,
  service: Service,
  { named, claimed }: AuthenticationAsked,
  now: number,
  tries: ReturnType<typeof paces>,
): Promise<boolean> {
  return transaction(app, serviceActor(service, 'person.authenticate'), async tx => {
    const person = await personNamed(tx, country.code, `partner:${service.name}`, named)
    const found = person && (await isAuthentic(tx, person, claimed, FAR))
    const spent = person !== undefined && tries.take(`${service.id} ${person}`, now) > 0
    const authentic = found !== undefined && !spent && found.authentic
    await appendAudit(tx, {
      action: 'authentication.read',
      subject: found && person ? { kind: 'person', id: person } : { kind: 'service', id: service.id },
      ...(found ? { territory: found.territory } : {}),
      purpose: 'exchange: authentication',
      detail: { by: named.by, fields: Object.keys(claimed).sort(), authentic },
    })
    return authentic
  })
}

/** Beyond every state: the one of now. */
const FAR = new Date('9999-12-31T00:00:00Z')
