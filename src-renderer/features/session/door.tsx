import type { ReactNode } from 'react'
import { NOT_A_DEVICE } from '../../../src-shared/reports.ts'
import { Mark } from '../../ui/mark.tsx'
import './session.css'

/** The frame of every screen before the worklist: sign-in, first run, lock. */
export function Door({ title, text, children }: Readonly<{ title: string, text: string, children: ReactNode }>) {
  return (
    <main className="door">
      <section className="door-card" aria-labelledby="door-title">
        <div className="door-brand"><Mark size={28} /><span>Vigil</span></div>
        <div className="stack">
          <h1 id="door-title">{title}</h1>
          <p className="quiet">{text}</p>
        </div>
        {children}
      </section>
      <p className="door-foot small quiet">{NOT_A_DEVICE}</p>
    </main>
  )
}
