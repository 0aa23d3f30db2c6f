import { ImageOff } from 'lucide-react'
import { useState } from 'react'

/**
 * A picture from the edge; where there is none, its place says so instead of a broken mark. It comes when it is about to be seen, and never
 * before the image that somebody reads: a browser has six lines to the edge.
 */
export function Picture({ src, alt, className = '' }: Readonly<{ src: string, alt: string, className?: string }>) {
  const [failed, setFailed] = useState<string | null>(null)
  if (failed === src) return <span className={`picture-missing ${className}`}><ImageOff aria-hidden /><span className="visually-hidden">{alt}: no picture yet</span></span>
  return <img className={className} src={src} alt={alt} draggable={false} loading="lazy" decoding="async" fetchPriority="low" onError={() => { setFailed(src) }} />
}
