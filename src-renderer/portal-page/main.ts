import './page.css'
import { createApi } from './api.ts'
import { startPage } from './page.ts'

const root = document.getElementById('page')
if (root === null) throw new Error('The page has no place to be drawn in.')
startPage(root, createApi())
