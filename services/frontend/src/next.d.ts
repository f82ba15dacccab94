// next-env.d.ts says the same but only exists after a build; the type check must not need one.
/// <reference types="next" />
/// <reference types="next/image-types/global" />
