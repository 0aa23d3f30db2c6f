// Cloud Storage's stand-in in a process of its own, keeping sums and no bytes: says its address, then serves until it is killed.
import { cloudStandIn } from '../cloud-storage/stand-in.ts'

const cloud = await cloudStandIn()
cloud.isForgetful = true
process.stdout.write(`${cloud.url}\n`)
