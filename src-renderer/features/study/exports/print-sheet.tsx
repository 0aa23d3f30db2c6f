import { createPortal } from 'react-dom'

/** One page: a picture under its heading. `lines`: whose it is, and what. `source`: address of the picture. */
export type PrintPage = Readonly<{ source: string, lines: readonly string[], alt: string }>

/** What the printer gets in place of the screen: white paper, nothing of the application's frame. Seen only in print. */
export function PrintSheet({ pages, printedAt, onReady }: Readonly<{ pages: readonly PrintPage[], printedAt: string, onReady: () => void }>) {
  return createPortal(
    <div className="print-sheet">
      {pages.map(({ source, lines, alt }, index) => (
        <section key={source} className="print-page">
          <header className="print-head">
            {lines.map((line, at) => (at === 0 ? <strong key={line}>{line}</strong> : <span key={line}>{line}</span>))}
          </header>
          {/* The last picture to be read completes the sheet; they come in order, from memory. */}
          <img src={source} alt={alt} {...(index === pages.length - 1 ? { onLoad: onReady } : {})} />
          <footer className="print-foot"><span>Not a medical device. For a clinician's review.</span><span>Vigil · printed {printedAt}{pages.length > 1 ? ` · page ${index + 1} of ${pages.length}` : ''}</span></footer>
        </section>
      ))}
    </div>,
    document.body
  )
}
