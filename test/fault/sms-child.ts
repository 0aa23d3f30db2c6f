// Dispatches and sends what is due in a data folder, until it is killed. argv: data folder, address of the stand-in.
import { systemClock } from '../../src-main/platform/clock.ts'
import { aFollowupRoom } from '../support/followup-room.ts'
import { telnyxKey, telnyxNumber } from '../support/telnyx-stand-in.ts'

const [dataDir = '', url = ''] = process.argv.slice(2)
const room = await aFollowupRoom({ clock: systemClock(), dataDir, random: () => 0, env: { MESSAGING_MODE: 'live', TELNYX_API_KEY: telnyxKey, TELNYX_PHONE_NUMBER: telnyxNumber, TELNYX_BASE_URL: url } })
process.stdout.write('running\n')
for (;;) {
  await room.settle()
  await new Promise((done) => { setTimeout(done, 50) })
}
