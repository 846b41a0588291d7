// Publishes one message at QoS 1. Arguments: folder of modules, URL, device, key, CA file or -, version, payload.
const [modules, url, device, key, ca, version, payload] = process.argv.slice(2);
const mqtt = require(modules + '/mqtt');
const options = {
  clientId: device,
  username: device,
  password: key,
  protocolVersion: Number(version),
  reconnectPeriod: 0,
  connectTimeout: 10000,
};
if (ca !== '-') {
  options.ca = require('fs').readFileSync(ca);
}
const client = mqtt.connect(url, options);
client.on('error', (error) => {
  console.log(String(error));
  process.exit(1);
});
client.on('connect', () => {
  const properties = version === '5' ? { contentType: 'application/json', userProperties: { site: 'north' } } : undefined;
  client.publish('telemetry', payload, { qos: 1, properties }, (error) => {
    console.log(error ? String(error) : 'acknowledged');
    client.end(false, {}, () => process.exit(error ? 1 : 0));
  });
});
