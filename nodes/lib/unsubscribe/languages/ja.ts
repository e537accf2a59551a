import type { PageTexts } from '../page-texts.ts';

export const ja: PageTexts = {
  lang: 'ja',
  dir: 'ltr',
  askTitle: '配信停止',
  askAll: '{organisation} から {address} へのメールをすべて停止しますか？',
  askLists: '{organisation} から {address} へのメールのうち、停止するものを選んでください。',
  allMail: '{organisation} からのすべてのメール',
  allMailHint: 'すべてのリストと、その他のメールも含みます。',
  leave: '配信を停止する',
  nothingTicked: '停止するものにチェックを入れてください。',
  pressAgain: 'まだ何も変更されていません。もう一度ボタンを押してください。',
  doneTitle: '配信を停止しました',
  doneAll: '{organisation} から {address} へのメールは今後送信されません。',
  doneLists: '{organisation} は今後 {address} に次のメールを送信しません：',
  mistake: '間違えましたか？',
  undo: '元に戻す',
  more: 'ほかのリストも停止する',
  undoneTitle: '元に戻しました',
  undone: '{address} には、これまでどおり {organisation} からメールが届きます。',
  notUndoneTitle: 'ここでは元に戻せません',
  notUndone:
    '元に戻せるのは、停止した直後の 1 時間以内に限ります。再びメールを受け取るには、{organisation} にお問い合わせください。',
  wantAgain: 'これらのメールを再び受け取りますか？確認メールをお送りします。',
  sendConfirmation: '確認メールを送る',
  confirmationTitle: 'メールボックスをご確認ください',
  confirmation:
    '{address} の配信が停止されている場合は、確認用リンクを記載したメールをお送りします。1 日に 1 通までです。',
  mailSubject: '{organisation} からのメールを再び受け取りますか？',
  mailText:
    'このアドレスで {organisation} からのメールを再び受け取るよう、おそらくご本人から依頼がありました。確認するには、次のページを開いてボタンを押してください：',
  mailIgnore:
    'リンクの有効期間は 1 日です。お心当たりがない場合は何もする必要はありません。配信は停止されたままです。',
  againTitle: '再びメールを受け取りますか？',
  againAll: '{organisation} から {address} へのメールを再開しますか？',
  againLists: '{organisation} から {address} への次のメールを再開しますか？',
  again: 'はい、再び受け取ります',
  againDoneTitle: 'メールの配信を再開しました',
  staleTitle: 'このリンクは無効になりました',
  stale: 'リンクの有効期間は 1 日です。再び配信を停止した場合も無効になります。',
  invalidTitle: 'このリンクは使用できません',
  invalid:
    'リンクの一部が欠けている可能性があります。メールからリンク全体をコピーするか、送信者に配信停止をご依頼ください。',
  troubleTitle: '処理できませんでした',
  trouble: '数分後にもう一度お試しください。',
  crowdedTitle: 'リクエストが多すぎます',
  crowded: '数分後にもう一度お試しください。',
};
