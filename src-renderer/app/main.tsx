import '@fontsource-variable/inter/wght.css'
import '../ui/tokens.css'
import '../ui/base.css'
import '../ui/controls.css'
import '../ui/overlays.css'
import { createRoot } from 'react-dom/client'
import { z } from 'zod'
import { loadStudyScreen } from '../features/study/index.ts'
import { App } from './app.tsx'
import { createWorkstation } from './workstation.ts'

// Compiled parsers need `new Function`, which the content security policy rightly refuses; even the probe for it would be reported.
z.config({ jitless: true })

// Who comes by a link to a study needs its screen in any case: it is fetched while the window still asks who is there. The screen's own
// query asks again, and tells of a failure.
if (window.location.pathname === '/study') loadStudyScreen().catch(() => null)

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no element with the id root')
createRoot(root).render(<App workstation={createWorkstation({ fetch: (input, init) => window.fetch(input, init) })} />)
