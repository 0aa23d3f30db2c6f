import type { CommandName } from '../../ui/commands.ts'

const onFollowup = (id: string, title: string, keys: readonly string[]): CommandName => ({ id: `followup.${id}`, title, group: 'Follow-up', place: 'followup', keys })

/** The keys of the follow-up. What reaches a patient has no key of its own unless the clinician chooses one. */
export const followupKeys: readonly CommandName[] = [
  onFollowup('board', 'Show the board', ['alt+1']),
  onFollowup('patients', 'Show the patients', ['alt+2']),
  onFollowup('templates', 'Show the templates', ['alt+3']),
  onFollowup('look', 'Look now for what is due', ['l']),
  onFollowup('search', 'Search the patients', ['/']),
  onFollowup('write', 'Write a text to the open patient', ['w']),
  onFollowup('plan', 'Plan an action for the open patient', ['n']),
  onFollowup('link', 'Show the link to the portal', ['q']),
  onFollowup('release', 'Release the text to the portal', []),
  onFollowup('start', 'Start the plan', []),
  onFollowup('stop', 'Stop the plan', [])
]
