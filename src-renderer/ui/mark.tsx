/** The sign of Vigil: an open eye as two arcs with a lamp in it. */
export function Mark({ size }: Readonly<{ size: number }>) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden>
      <path d="M3 16c4-7 8.3-10.5 13-10.5S25 9 29 16c-4 7-8.3 10.5-13 10.5S7 23 3 16Z" stroke="#4cc2ff" strokeWidth="2" strokeLinejoin="round" />
      <circle cx="16" cy="16" r="4.5" fill="#7ee2b8" />
    </svg>
  )
}
