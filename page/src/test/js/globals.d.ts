// What classic scripts of the page define: verify.js, and tus-js-client.
declare const Liuhen: any;
declare const tus: any;
