type TextLook = Readonly<{
  /** Left end of the baseline. */
  x: number, y: number
  style: CSSStyleDeclaration, color: string
  /** A rim around the letters, so that they read on bright and dark; `width` as a stroke has it. */
  halo: Readonly<{ color: string, width: number }> | null
}>

/** Writes one line in the font that an element has on the page. */
export function drawText(context: CanvasRenderingContext2D, text: string, { x, y, style, color, halo }: TextLook): void {
  context.font = fontOf(style)
  context.textBaseline = 'alphabetic'
  context.textAlign = 'left'
  context.letterSpacing = style.letterSpacing === 'normal' ? '0px' : style.letterSpacing
  if (halo !== null && halo.width > 0) {
    context.strokeStyle = halo.color
    context.lineWidth = halo.width
    context.lineJoin = 'round'
    context.strokeText(text, x, y)
  }
  context.fillStyle = color
  context.fillText(text, x, y)
}

export function fontOf({ fontStyle, fontWeight, fontSize, fontFamily }: CSSStyleDeclaration): string {
  return `${fontStyle} ${fontWeight} ${fontSize} ${fontFamily}`
}
