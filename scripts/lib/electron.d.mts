/** Path of Electron's program, or null where it isn't on this disk. Never downloads. */
export function electronProgram(): string | null
/** Why no window can open on this machine, or null. */
export function noScreenReason(): string | null
