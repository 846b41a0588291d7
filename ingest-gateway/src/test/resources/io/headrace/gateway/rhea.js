// Sends each argument after the first five as one message with rhea, waits until all are settled, and prints how.
// node rhea.js <folder of node_modules> <port> <device> <key> <authority's file, or -> <payload>...
const [modules, port, device, key, ca, ...payloads] = process.argv.slice(2);
const rhea = require(require('path').join(modules, 'rhea'));
const options = { host: 'localhost', port: Number(port), username: device, password: key, reconnect: false };
if (ca !== '-') {
  options.transport = 'tls';
  options.ca = [require('fs').readFileSync(ca)];
  options.servername = 'localhost';
}
const outcomes = { accepted: 0, released: 0, rejected: 0 };
let sent = 0;
let settled = 0;

rhea.on('sendable', (context) => {
  while (context.sender.sendable() && sent < payloads.length) {
    context.sender.send({
      message_id: 'm-' + sent,
      content_type: 'application/json',
      application_properties: { site: 'north' },
      body: rhea.message.data_section(Buffer.from(payloads[sent])),
    });
    sent++;
  }
});
for (const outcome of Object.keys(outcomes)) {
  rhea.on(outcome, () => outcomes[outcome]++);
}
rhea.on('settled', (context) => {
  if (++settled === payloads.length) {
    context.connection.close();
  }
});
rhea.on('disconnected', (context) => fail(context.error));
rhea.on('connection_error', (context) => fail(context.connection.error));
rhea.on('sender_error', (context) => fail(context.sender.error));
rhea.on('connection_close', () => console.log(JSON.stringify(outcomes)));

function fail(error) {
  if (error) {
    console.log('failed: ' + (error.condition || error.message || error));
    process.exit(1);
  }
}

rhea.connect(options).open_sender('telemetry/rhea');
