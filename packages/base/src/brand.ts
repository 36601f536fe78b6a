declare const brand: unique symbol

/** A value of type `T` that only its own constructor can make. */
export type Brand<T, B extends string> = T & { readonly [brand]: { readonly [name in B]: true } }
