import { ImageOff } from 'lucide-react'
import { useState } from 'react'

/**
 * A picture from the edge; where there is none, its place says so instead of a broken mark. `waitsForView`: it is fetched when it comes into
 * view, so that a long row of pictures never stands before the image that somebody reads; give its place a size.
 */
export function Picture({ src, alt, className = '', waitsForView = false }: Readonly<{ src: string, alt: string, className?: string, waitsForView?: boolean }>) {
  const [failed, setFailed] = useState<string | null>(null)
  const [isSeen, setIsSeen] = useState(!waitsForView)
  const watch = (image: HTMLImageElement) => {
    if (isSeen) return undefined
    const observer = new IntersectionObserver((entries) => { if (entries.some(({ isIntersecting }) => isIntersecting)) setIsSeen(true) })
    observer.observe(image)
    return () => { observer.disconnect() }
  }
  if (failed === src) return <span className={`picture-missing ${className}`}><ImageOff aria-hidden /><span className="visually-hidden">{alt}: no picture yet</span></span>
  return <img ref={watch} className={className} {...(isSeen ? { src } : {})} alt={alt} draggable={false} decoding="async" fetchPriority="low" onError={() => { setFailed(src) }} />
}
