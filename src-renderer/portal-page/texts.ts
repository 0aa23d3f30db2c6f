import type { Language } from '../../src-shared/followup.ts'
import type { Trouble } from './api.ts'

type PlanWords = Readonly<Record<'sms' | 'call' | 'portal-release' | 'task' | 'export', Readonly<{ ahead: string, done: string }>>>

const troubles: Readonly<Record<Trouble, string>> = {
  unreachable: 'This page can’t reach the clinic. Check that this phone has a network connection, then try again.',
  'not-signed-in': 'You are signed out. Sign in again with a new code.',
  'wrong-credentials': 'This code is not right, or its time is up. Check it, or ask for a new one.',
  'too-many-attempts': 'Too many tries. Wait about 10 minutes, then try again.',
  'invalid-request': 'Something here is not written as expected. Check it, then try again.',
  busy: 'The clinic’s computer is busy. Try again in a minute.',
  'not-allowed': 'This is not open to you. Call the clinic if you think it should be.',
  other: 'The clinic’s computer could not do this. Try again in a few minutes, or call the clinic.'
}
const plan: PlanWords = {
  sms: { ahead: 'We send you a text message.', done: 'We sent you a text message.' },
  call: { ahead: 'The clinic’s automated assistant calls you.', done: 'The clinic’s automated assistant called you.' },
  'portal-release': { ahead: 'A report is put on this page.', done: 'A report was put on this page.' },
  task: { ahead: 'Somebody of the clinic looks at how you are doing.', done: 'Somebody of the clinic looked at how you are doing.' },
  export: { ahead: 'Your images and report are sent to where you are treated.', done: 'Your images and report were sent to where you are treated.' }
}
const en = {
  title: 'Your results', language: 'Language', loading: 'Loading…', tryAgain: 'Try again', clinic: 'The clinic', callClinic: 'Call the clinic:',
  footer: 'This page shows only what a doctor has signed and released to you. It is not for emergencies.',
  emergency: 'If you have a fever, cannot pass urine, or the pain is unbearable, call the emergency number now. Do not wait for us.',
  notices: {
    expired: 'Your time on this page was up, so we signed you out. Sign in again to go on.', 'signed-out': 'You are signed out.',
    closed: 'Everything is stopped: we send no messages, make no calls, and this page no longer opens for you. To change that, call the clinic.'
  },
  signIn: {
    title: 'Sign in', intro: 'Sign in to read your results. We check that it is you with a code.', phone: 'Your phone number', phoneHint: 'The number that the clinic has of you. With the country code if it is of another country, as in +1 555 010 0002.',
    phoneEmpty: 'Write your phone number.', phoneWrong: 'This is not a phone number we can use. Write it with its country code, as in +1 555 010 0002.',
    send: 'Send me a code', sending: 'Sending…', useApp: 'I use an authenticator app', useMessage: 'Send me a text message instead',
    safety: 'A code by text message is less safe than an authenticator app: others can see it on your phone, and a phone number can be stolen. You can set up an app once you are signed in.',
    noCode: 'No code after a few minutes? If you have stopped our messages, none is sent: use an authenticator app, or call the clinic.',
    code: 'Code', sentTo: (phone: string) => `If the clinic knows the number ${phone}, a text message is on its way.`,
    codeHint: (digits: number, minutes: number, until: string) => `${digits} digits. The code is valid for ${minutes} minutes (until ${until}).`,
    appHint: 'The 6 digits that your authenticator app shows now. Each is valid for 30 seconds.', codeEmpty: 'Write the code.',
    verify: 'Sign in', verifying: 'Checking…', newCode: 'Send a new code', newCodeSent: 'If the number is known, a new code is on its way. The one before is no longer valid.', otherNumber: 'Use another number'
  },
  home: {
    nothing: 'Nothing has been released to you yet. We will tell you when there is something to read.', signOut: 'Sign out', signingOut: 'Signing out…',
    shared: 'Do you share this phone number with somebody? For that person’s results, sign out, then open the link in their message.',
    languageChanged: 'This page and our messages to you are now in English.'
  },
  report: {
    of: (day: string) => `Your scan of ${day}`, plain: 'Your scan', released: (day: string) => `Released to you on ${day}`, named: (title: string) => `Named in the clinic: ${title}`, otherLanguage: 'This report has not been written in English yet.',
    pictures: 'Pictures', picture: (index: number, count: number) => `Picture ${index} of ${count}`, enlarge: 'Enlarge', close: 'Close', lost: 'This picture could not be loaded.'
  },
  plan: { title: 'What happens next', nothing: 'Nothing is planned at the moment.', zone: (name: string) => `Times are in ${name}.`, earlier: (count: number) => `What has happened so far (${count})`, kinds: plan },
  call: {
    title: 'Ask for a call', intro: 'Somebody of the clinic calls you back at the number that we have of you.', note: 'What is it about? (optional)', noteHint: 'At most 500 characters.', send: 'Ask for a call', sending: 'Asking…',
    asked: 'You have asked for a call. The clinic will call you.', again: 'Ask again'
  },
  stop: {
    title: 'Stop messages', intro: 'You can stop at any time, and it changes nothing about how you are treated.', choose: 'What shall stop?', chooseFirst: 'Choose what shall stop.',
    messages: 'Messages and calls', messagesHint: 'You can still read your results here. No code comes by text message any more: to sign in later, set up an authenticator app first.',
    everything: 'Everything', everythingHint: 'No messages, no calls, and this page no longer opens for you.',
    stop: 'Stop', stopping: 'Stopping…', sure: 'Are you sure?', yes: 'Yes, stop', no: 'No, go back', done: 'We send no more messages and make no more calls.', already: 'Messages and calls are stopped. To get them again, call the clinic.'
  },
  app: {
    title: 'Authenticator app', intro: 'An app on your phone makes the codes for signing in. That is safer than text messages, and works without them.', start: 'Set up an app', starting: 'Preparing…',
    scan: 'Scan this with the app, from another screen:', qr: 'QR code for your authenticator app', open: 'Or open it in an app on this phone', secret: 'Or type this key into the app:', code: 'Code that the app shows', codeHint: '6 digits. The app counts once you have entered a code of it.',
    confirm: 'Confirm', confirming: 'Checking…', cancel: 'Cancel', ready: 'Your app is set up. Next time choose “I use an authenticator app”.', on: 'An app is set up. At sign-in choose “I use an authenticator app”. Codes by text message work, too.',
    remove: 'Remove the app', removing: 'Removing…', removeSure: 'Its codes will no longer open this page.', removeYes: 'Yes, remove', removed: 'The app is removed.'
  },
  troubles
}
/** A word that one language lacks does not compile. */
export type Words = typeof en

const troublesEs: Words['troubles'] = {
  unreachable: 'Esta página no puede conectar con la clínica. Compruebe que este teléfono tiene conexión a la red e inténtelo de nuevo.',
  'not-signed-in': 'Su sesión está cerrada. Entre de nuevo con un código nuevo.',
  'wrong-credentials': 'Este código no es correcto o ya no es válido. Compruébelo o pida uno nuevo.',
  'too-many-attempts': 'Demasiados intentos. Espere unos 10 minutos e inténtelo de nuevo.',
  'invalid-request': 'Hay algo que no está escrito como se esperaba. Compruébelo e inténtelo de nuevo.',
  busy: 'El ordenador de la clínica está ocupado. Inténtelo de nuevo en un minuto.',
  'not-allowed': 'Usted no tiene acceso a esto. Si cree que debería tenerlo, llame a la clínica.',
  other: 'El ordenador de la clínica no ha podido hacerlo. Inténtelo de nuevo en unos minutos o llame a la clínica.'
}
const planEs: PlanWords = {
  sms: { ahead: 'Le enviaremos un mensaje de texto.', done: 'Le enviamos un mensaje de texto.' },
  call: { ahead: 'Le llamará el asistente automático de la clínica.', done: 'Le llamó el asistente automático de la clínica.' },
  'portal-release': { ahead: 'Se publicará un informe en esta página.', done: 'Se publicó un informe en esta página.' },
  task: { ahead: 'Alguien de la clínica revisará cómo se encuentra.', done: 'Alguien de la clínica revisó cómo se encontraba.' },
  export: { ahead: 'Sus imágenes y su informe se enviarán al lugar donde le tratan.', done: 'Sus imágenes y su informe se enviaron al lugar donde le tratan.' }
}
const es: Words = {
  title: 'Sus resultados', language: 'Idioma', loading: 'Cargando…', tryAgain: 'Intentar de nuevo', clinic: 'La clínica', callClinic: 'Llamar a la clínica:',
  footer: 'Esta página muestra solo lo que un médico ha firmado y publicado para usted. No es para emergencias.',
  emergency: 'Si tiene fiebre, no puede orinar o el dolor es insoportable, llame ahora al número de emergencias. No nos espere.',
  notices: {
    expired: 'Se acabó su tiempo en esta página y hemos cerrado la sesión. Entre de nuevo para continuar.', 'signed-out': 'Ha cerrado la sesión.',
    closed: 'Todo está detenido: no le enviaremos mensajes, no le llamaremos y ya no podrá abrir esta página. Para cambiarlo, llame a la clínica.'
  },
  signIn: {
    title: 'Entrar', intro: 'Entre para leer sus resultados. Con un código comprobamos que es usted.', phone: 'Su número de teléfono', phoneHint: 'El número que tiene la clínica. Si es de otro país, con el prefijo del país, como +34 600 000 000.',
    phoneEmpty: 'Escriba su número de teléfono.', phoneWrong: 'No podemos usar este número de teléfono. Escríbalo con el prefijo del país, como +34 600 000 000.',
    send: 'Enviarme un código', sending: 'Enviando…', useApp: 'Uso una aplicación de autenticación', useMessage: 'Prefiero un mensaje de texto',
    safety: 'Un código por mensaje de texto es menos seguro que una aplicación de autenticación: otras personas pueden verlo en su teléfono, y un número de teléfono se puede robar. Podrá configurar una aplicación cuando haya entrado.',
    noCode: '¿No llega el código en unos minutos? Si ha detenido nuestros mensajes, no se envía: use una aplicación de autenticación o llame a la clínica.',
    code: 'Código', sentTo: (phone) => `Si la clínica conoce el número ${phone}, recibirá un mensaje de texto.`,
    codeHint: (digits, minutes, until) => `${digits} cifras. El código vale ${minutes} minutos (hasta las ${until}).`,
    appHint: 'Las 6 cifras que muestra ahora su aplicación. Cada código vale 30 segundos.', codeEmpty: 'Escriba el código.',
    verify: 'Entrar', verifying: 'Comprobando…', newCode: 'Enviar un código nuevo', newCodeSent: 'Si la clínica conoce el número, recibirá un código nuevo. El anterior ya no vale.', otherNumber: 'Usar otro número'
  },
  home: {
    nothing: 'Todavía no hay nada publicado para usted. Le avisaremos cuando haya algo que leer.', signOut: 'Cerrar sesión', signingOut: 'Cerrando…',
    shared: '¿Comparte este número de teléfono con alguien? Para ver los resultados de esa persona, cierre la sesión y abra el enlace de su mensaje.',
    languageChanged: 'Esta página y nuestros mensajes estarán ahora en español.'
  },
  report: {
    of: (day) => `Su tomografía del ${day}`, plain: 'Su tomografía', released: (day) => `Publicado para usted el ${day}`, named: (title) => `Nombre en la clínica: ${title}`, otherLanguage: 'Este informe todavía no está escrito en español.',
    pictures: 'Imágenes', picture: (index, count) => `Imagen ${index} de ${count}`, enlarge: 'Ampliar', close: 'Cerrar', lost: 'No se ha podido cargar esta imagen.'
  },
  plan: { title: 'Qué pasa ahora', nothing: 'Por ahora no hay nada previsto.', zone: (name) => `Las horas son de: ${name}.`, earlier: (count) => `Lo que ya ha pasado (${count})`, kinds: planEs },
  call: {
    title: 'Pedir una llamada', intro: 'Alguien de la clínica le llamará al número que tenemos de usted.', note: '¿De qué se trata? (opcional)', noteHint: 'Como máximo 500 caracteres.', send: 'Pedir una llamada', sending: 'Enviando…',
    asked: 'Ha pedido una llamada. La clínica le llamará.', again: 'Pedirla otra vez'
  },
  stop: {
    title: 'Detener los mensajes', intro: 'Puede hacerlo en cualquier momento y no cambia nada en su tratamiento.', choose: '¿Qué quiere detener?', chooseFirst: 'Elija qué quiere detener.',
    messages: 'Mensajes y llamadas', messagesHint: 'Podrá seguir leyendo aquí sus resultados. Ya no recibirá códigos por mensaje de texto: para entrar más adelante, configure antes una aplicación de autenticación.',
    everything: 'Todo', everythingHint: 'Ni mensajes ni llamadas, y ya no podrá abrir esta página.',
    stop: 'Detener', stopping: 'Deteniendo…', sure: '¿Está seguro?', yes: 'Sí, detener', no: 'No, volver', done: 'Ya no le enviaremos mensajes ni le llamaremos.', already: 'Los mensajes y las llamadas están detenidos. Para recibirlos de nuevo, llame a la clínica.'
  },
  app: {
    title: 'Aplicación de autenticación', intro: 'Una aplicación en su teléfono crea los códigos para entrar. Es más segura que los mensajes de texto y no los necesita.', start: 'Configurar una aplicación', starting: 'Preparando…',
    scan: 'Escanee esto con la aplicación, desde otra pantalla:', qr: 'Código QR para su aplicación de autenticación', open: 'O ábralo en una aplicación de este teléfono', secret: 'O escriba esta clave en la aplicación:', code: 'Código que muestra la aplicación', codeHint: '6 cifras. La aplicación cuenta cuando haya escrito un código suyo.',
    confirm: 'Confirmar', confirming: 'Comprobando…', cancel: 'Cancelar', ready: 'Su aplicación está configurada. La próxima vez elija «Uso una aplicación de autenticación».', on: 'Hay una aplicación configurada. Al entrar elija «Uso una aplicación de autenticación». Los códigos por mensaje de texto también funcionan.',
    remove: 'Quitar la aplicación', removing: 'Quitando…', removeSure: 'Sus códigos ya no abrirán esta página.', removeYes: 'Sí, quitar', removed: 'La aplicación se ha quitado.'
  },
  troubles: troublesEs
}

export const texts: Readonly<Record<Language, Words>> = { en, es }
