// Posts one message with the fetch of node itself. Arguments: URL, device, key, payload.
const [url, device, key, payload] = process.argv.slice(2);
fetch(url, {
  method: 'POST',
  headers: {
    'Content-Type': 'application/json',
    'X-Property-site': 'north',
    Authorization: 'Basic ' + Buffer.from(device + ':' + key).toString('base64'),
  },
  body: payload,
}).then(async (answer) => {
  console.log(answer.status + ' ' + (await answer.text()));
  process.exit(answer.status === 202 ? 0 : 1);
}, (error) => {
  console.log(String(error));
  process.exit(1);
});
