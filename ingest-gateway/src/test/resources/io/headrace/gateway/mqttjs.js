// Publishes each argument after the first seven as one message with MQTT.js, one after the other, and ends.
// node mqttjs.js <folder of node_modules> <url> <device> <key> <authority's file, or -> <version> <QoS> <payload>...
const [modules, url, device, key, ca, version, qos, ...payloads] = process.argv.slice(2);
const mqtt = require(require('path').join(modules, 'mqtt'));
const options = { clientId: device, username: device, password: key, protocolVersion: Number(version), reconnectPeriod: 0 };
if (ca !== '-') {
  options.ca = [require('fs').readFileSync(ca)];
  options.servername = 'localhost';
}

async function publishAll() {
  const client = await mqtt.connectAsync(url, options);
  for (const payload of payloads) {
    await client.publishAsync('telemetry', payload, { qos: Number(qos) });
  }
  await client.endAsync();
}

publishAll().then(
  () => console.log('done'),
  (error) => {
    console.log('failed: ' + (error.message || error));
    process.exit(1);
  },
);
