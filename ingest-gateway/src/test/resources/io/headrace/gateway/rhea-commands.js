// Receives commands with rhea, answers each with success, and prints them when as many as asked for are answered.
// node rhea-commands.js <folder of node_modules> <port> <device> <key> <how many>
const [modules, port, device, key, count] = process.argv.slice(2);
const rhea = require(require('path').join(modules, 'rhea'));
const connection = rhea.connect({
  host: 'localhost', port: Number(port), username: device, password: key, reconnect: false,
});
const answers = connection.open_sender('commands/results');
connection.open_receiver('commands');
const done = [];
let accepted = 0;

rhea.on('message', ({ message }) => {
  done.push(message.subject + ' ' + message.message_id + ' ' + message.body.content);
  answers.send({
    correlation_id: message.correlation_id,
    body: rhea.message.data_section(Buffer.from('{"status":"succeeded"}')),
  });
});
rhea.on('accepted', () => {
  if (++accepted === Number(count)) {
    connection.close();
  }
});
rhea.on('connection_close', () => console.log(done.join(' ')));
rhea.on('disconnected', (context) => fail(context.error));
rhea.on('receiver_error', (context) => fail(context.receiver.error));
rhea.on('sender_error', (context) => fail(context.sender.error));

function fail(error) {
  if (error) {
    console.log('failed: ' + (error.condition || error.message || error));
    process.exit(1);
  }
}
