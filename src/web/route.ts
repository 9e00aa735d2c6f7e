import type { LoaderFunctionArgs, MiddlewareFunction, RouterContextProvider } from 'react-router'

/** The arguments of loaders, actions and middleware, with the load context that our server always fills. */
export type LoaderArgs = LoaderFunctionArgs<Readonly<RouterContextProvider>>
export type ActionArgs = LoaderArgs
export type Middleware = MiddlewareFunction<Response>
