// Stands in a bundle for a package that dockerode names and the product never calls: a call says so.
module.exports = new Proxy(
  {},
  {
    get: (_, name) =>
      function leftOut() {
        throw new Error(`${String(name)} belongs to a package that is left out of the bundle`);
      },
  },
);
