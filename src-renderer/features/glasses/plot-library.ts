import { useQuery } from '@tanstack/react-query'
import type Library from 'uplot'

/**
 * Loaded when plots are first shown. The library asks `Intl` for the language of the browser while it loads, and a Chromium under the POSIX
 * locale calls its own "en-US@posix", which `Intl` refuses: then it is told another one.
 */
async function loadPlots(): Promise<typeof Library> {
  try {
    Intl.getCanonicalLocales(navigator.language)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    Object.defineProperty(navigator, 'language', { value: 'en-GB', configurable: true })
  }
  return (await import('uplot')).default
}

export function usePlotLibrary() {
  return useQuery({ queryKey: ['plot-library'], queryFn: loadPlots, staleTime: Infinity, gcTime: Infinity })
}
