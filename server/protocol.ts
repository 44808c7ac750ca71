/** Every message that the client and the server share beyond the Language Server Protocol itself. */
export {};
